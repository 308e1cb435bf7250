package dev.hone.tensor;

import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Operation;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operators of the engine that have no method in Java, called by their schema. Safe from any thread. */
final class Operators {
    private static final Operation PACK =
            named("mkldnn::_reorder_linear_weight(Tensor self, int? batch_size=None) -> Tensor Y");
    private static final Operation LINEAR = named("mkldnn::_linear_pointwise(Tensor X, Tensor W, Tensor? B, str attr,"
            + " Scalar?[] scalars, str? algorithm) -> Tensor Y");

    /** Arguments that are always the same; whatever scope they are made in, they stay. */
    private static final IValue NOTHING = new IValue().retainReference();

    private static final IValue NO_FUNCTION = new IValue("none").retainReference();
    private static final IValue NO_ALGORITHM = new IValue("").retainReference();

    /** An empty list of {@code Scalar?}. */
    private static final IValue NO_SCALARS =
            new IValue(new GenericList(new ScriptTypeParser().parseType("Optional[number]"))).retainReference();

    private Operators() {}

    /** Whatever scope it is called in, the result stays. */
    private static Operation named(String schema) {
        return torch.getOperatorForLiteral(schema).getOperation().retainReference();
    }

    static Tensor packed(Tensor matrix) {
        try (IValue given = new IValue(matrix)) {
            return result(PACK, given, NOTHING);
        }
    }

    /** x · Wᵀ + b for a packed W; without a bias x · Wᵀ. */
    static Tensor linear(Tensor x, Tensor packed, @Nullable Tensor bias) {
        try (IValue inputs = new IValue(x);
                IValue weight = new IValue(packed);
                IValue added = bias == null ? new IValue() : new IValue(bias)) {
            return result(LINEAR, inputs, weight, added, NO_FUNCTION, NO_SCALARS, NO_ALGORITHM);
        }
    }

    private static Tensor result(Operation operation, IValue... inputs) {
        try (IValueVector stack = new IValueVector(inputs)) {
            operation.apply(stack);
            try (IValue output = stack.get(0);
                    Tensor held = output.toTensor()) { // lives as long as the stack
                return new Tensor(held);
            }
        }
    }
}
