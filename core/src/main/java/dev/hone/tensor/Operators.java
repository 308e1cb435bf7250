package dev.hone.tensor;

import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Operation;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators of the engine that have no method in Java, called by their schema. Safe from any thread. */
final class Operators {
    private static final Operation PACK =
            named("mkldnn::_reorder_linear_weight(Tensor self, int? batch_size=None) -> Tensor Y");
    private static final Operation LINEAR = named("mkldnn::_linear_pointwise(Tensor X, Tensor W, Tensor? B, str attr,"
            + " Scalar?[] scalars, str? algorithm) -> Tensor Y");

    /** An empty list of {@code Scalar?}. */
    private static final GenericList NO_SCALARS =
            new GenericList(new ScriptTypeParser().parseType("Optional[number]")).retainReference();

    private Operators() {}

    /** Whatever scope it is called in, the result stays. */
    private static Operation named(String schema) {
        return torch.getOperatorForLiteral(schema).getOperation().retainReference();
    }

    static Tensor packed(Tensor matrix) {
        return result(PACK, new IValue(matrix), new IValue());
    }

    /** x · Wᵀ for a packed W. */
    static Tensor linear(Tensor x, Tensor packed) {
        return result(
                LINEAR,
                new IValue(x),
                new IValue(packed),
                new IValue(),
                new IValue("none"),
                new IValue(NO_SCALARS),
                new IValue(""));
    }

    private static Tensor result(Operation operation, IValue... inputs) {
        try (IValueVector stack = new IValueVector(inputs)) {
            for (IValue input : inputs) {
                input.close();
            }
            operation.apply(stack);
            try (IValue output = stack.get(0);
                    Tensor held = output.toTensor()) { // lives as long as the stack
                return new Tensor(held);
            }
        }
    }
}
