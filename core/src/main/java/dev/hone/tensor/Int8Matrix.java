package dev.hone.tensor;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A weight quantised to int8, a quarter of float32's bytes: each output has a scale of its own, a 127th of its largest weight.
 *
 * <p>Inputs are quantised too, to 255 steps between the smallest and the largest of a call (Jacob et al., 2018, section 2), so that
 * products are of integers. Sums are exact and scaled in float32. The relative error of a product is about a hundredth.
 */
public final class Int8Matrix implements PackedMatrix {
    private static final double LARGEST = 127;

    private static final boolean SEVEN_BITS = !Engine.hasVnniProducts();

    /** The scale of a row of zeros. */
    private static final double SMALLEST_SCALE = 1e-30;

    /** Number of weights that are quantised at a time. */
    private static final long BLOCK = 1L << 22;

    private final IValue packed;
    private final long outputs;
    private final long inputs;

    private Int8Matrix(IValue packed, long outputs, long inputs) {
        this.packed = packed;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    /**
     * @param weight [out, in] of any floating type
     */
    public static Int8Matrix of(Tensor weight) {
        long outputs = weight.size(0);
        long inputs = weight.size(1);
        try (Scope scope = Scope.open()) {
            Tensor scales = Tensor.zeros(DType.F32, outputs);
            org.bytedeco.pytorch.Tensor whole =
                    torch.zeros(new long[] {outputs, inputs}, new TensorOptions(torch.ScalarType.Char));
            long rows = Math.max(1, BLOCK / inputs);
            for (long from = 0; from < outputs; from += rows) {
                round(weight.detach(), from, Math.min(rows, outputs - from), scales, whole);
            }
            return new Int8Matrix(AtenOperators.packedInt8(whole, scales.handle()), outputs, inputs);
        }
    }

    /** Quantises some rows; the whole weight is never held in float32. */
    private static void round(Tensor weight, long from, long rows, Tensor scales, org.bytedeco.pytorch.Tensor whole) {
        try (Scope scope = Scope.open()) {
            Tensor wide = weight.narrow(0, from, rows).to(DType.F32);
            org.bytedeco.pytorch.Tensor largest = wide.handle().abs().amax(new long[] {1}, true);
            org.bytedeco.pytorch.Tensor scale = largest.div(new Scalar(LARGEST));
            scale.clamp_min_(new Scalar(SMALLEST_SCALE));
            scales.handle().narrow(0, from, rows).copy_(scale.view(-1));
            whole.narrow(0, from, rows).copy_(wide.handle().div(scale).round_());
        }
    }

    @Override
    public Tensor product(Tensor x, @Nullable Tensor bias) {
        Tensor y = new Tensor(AtenOperators.linearInt8(x.handle(), packed, SEVEN_BITS));
        return bias == null ? y : y.addInPlace(bias);
    }

    @Override
    public DType type() {
        return DType.F32;
    }

    @Override
    public Tensor values() {
        return new Tensor(AtenOperators.unpackedInt8(packed));
    }

    @Override
    public long bytes() {
        return outputs * inputs + DType.F32.bytes() * outputs; // and their scales
    }

    @Override
    public long outputs() {
        return outputs;
    }

    @Override
    public long inputs() {
        return inputs;
    }
}
