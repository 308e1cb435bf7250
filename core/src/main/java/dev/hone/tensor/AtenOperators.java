package dev.hone.tensor;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operators of libtorch without a Java method, called by name. Safe from any thread. */
final class AtenOperators {
    private static final OperatorHandle PACK = named("mkldnn::_reorder_linear_weight");
    private static final OperatorHandle LINEAR = named("mkldnn::_linear_pointwise");
    private static final OperatorHandle SCALE_ROWS = named("aten::_make_per_channel_quantized_tensor");
    private static final OperatorHandle PACK_INT8 = named("quantized::linear_prepack");
    private static final OperatorHandle UNPACK_INT8 = named("quantized::linear_unpack");
    private static final OperatorHandle LINEAR_INT8 = named("quantized::linear_dynamic");

    /** Constant arguments, kept whatever scope they are created in. */
    private static final IValue NOTHING = new IValue().retainReference();

    private static final IValue FIRST_DIMENSION = new IValue(0L).retainReference();
    private static final IValue NO_FUNCTION = new IValue("none").retainReference();
    private static final IValue NO_ALGORITHM = new IValue("").retainReference();

    /** An empty list of {@code Scalar?}. */
    private static final IValue NO_SCALARS =
            new IValue(new GenericList(new ScriptTypeParser().parseType("Optional[number]"))).retainReference();

    private AtenOperators() {}

    /** The result is kept whatever scope this is called in. */
    private static OperatorHandle named(String name) {
        return Dispatcher.singleton().findSchemaOrThrow(name, "").retainReference();
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

    /** int8 weights [out, in] and the scale of each output, packed for {@link #linearInt8}; lives as long as it is reachable. */
    static IValue packedInt8(Tensor numbers, Tensor scales) {
        try (IValue given = new IValue(numbers);
                IValue scale = new IValue(scales);
                Tensor zeros = torch.zeros(new long[] {scales.size(0)}, new TensorOptions(torch.ScalarType.Long));
                IValue zero = new IValue(zeros);
                Tensor scaled = result(SCALE_ROWS, given, scale, zero, FIRST_DIMENSION);
                IValue quantised = new IValue(scaled);
                IValueVector stack = new IValueVector(quantised, NOTHING)) {
            PACK_INT8.callBoxed(stack);
            try (IValue output = stack.get(0)) {
                return new IValue(output).retainReference();
            }
        }
    }

    /** The values of a packed int8 matrix, in float32. */
    static Tensor unpackedInt8(IValue packed) {
        try (Tensor quantised = result(UNPACK_INT8, packed)) {
            return quantised.dequantize();
        }
    }

    /**
     * x · Wᵀ in float32 for an int8 W.
     *
     * @param sevenBits whether inputs are quantised to seven bits, so that the sum of two products fits into 16 bits
     */
    static Tensor linearInt8(Tensor x, IValue packed, boolean sevenBits) {
        try (IValue inputs = new IValue(x);
                IValue reduced = new IValue(sevenBits)) {
            return result(LINEAR_INT8, inputs, packed, reduced);
        }
    }

    private static Tensor result(OperatorHandle operator, IValue... inputs) {
        try (IValueVector stack = new IValueVector(inputs)) {
            operator.callBoxed(stack);
            try (IValue output = stack.get(0);
                    Tensor held = output.toTensor()) { // lives as long as the stack
                return new Tensor(held);
            }
        }
    }
}
