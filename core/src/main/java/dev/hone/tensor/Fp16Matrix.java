package dev.hone.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A packed fp16 weight: half of float32's bytes, each read once. Sums are in float32.
 *
 * <p>A bf16 value is kept exactly, unless it is smaller than 6·10⁻⁵, where fp16 has steps of 6·10⁻⁸. For processors without bf16
 * products.
 */
public final class Fp16Matrix implements PackedMatrix {
    /** With fewer weights a thread, waking it takes longer than its share. */
    private static final long FEWEST = 1L << 20;

    /** Some of the outputs, packed by the engine, and zeros for the bias that its product requires. */
    private record Part(Tensor packed, Tensor noBias) {
        Tensor product(Tensor x) {
            return new Tensor(torch.fbgemm_linear_fp16_weight_fp32_activation(
                    x.handle(), packed.handle(), new TensorOptional(noBias.handle())));
        }
    }

    private final List<Part> parts;
    private final long inputs;
    private final Workers workers;

    private Fp16Matrix(List<Part> parts, long inputs, Workers workers) {
        this.parts = List.copyOf(parts);
        this.inputs = inputs;
        this.workers = workers;
    }

    /**
     * @param weight [out, in] of any floating type
     * @param workers the threads that share products
     */
    public static Fp16Matrix of(Tensor weight, Workers workers) {
        int count = (int) Math.max(1, Math.min(workers.count(), weight.count() / FEWEST));
        long rows = weight.size(0);
        List<Part> parts = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < count; i++) {
                long from = rows * i / count;
                long length = rows * (i + 1) / count - from;
                Tensor part =
                        weight.detach().narrow(0, from, length).to(DType.F32).contiguous();
                parts.add(new Part(
                        new Tensor(torch.fbgemm_pack_gemm_matrix_fp16(part.handle())).keep(),
                        Tensor.zeros(DType.F32, length).keep()));
            }
        }
        return new Fp16Matrix(parts, weight.size(1), workers);
    }

    @Override
    public Tensor product(Tensor x, @Nullable Tensor bias) {
        Tensor y = product(x);
        return bias == null ? y : y.addInPlace(bias);
    }

    private Tensor product(Tensor x) {
        if (parts.size() == 1) {
            return parts.get(0).product(x);
        }
        List<Tensor> columns = workers.map(
                parts, part -> Autograd.without(() -> part.product(x)).keep());
        Tensor whole = Tensor.concatenate(1, columns);
        columns.forEach(Tensor::close);
        return whole;
    }

    @Override
    public DType type() {
        return DType.F32;
    }

    /** Read by multiplying with unit vectors: the engine cannot unpack this layout. */
    @Override
    public Tensor values() {
        return Scope.returning(
                () -> product(Tensor.identity(inputs)).transpose(0, 1).contiguous());
    }

    @Override
    public long bytes() {
        return (long) DType.F16.bytes() * outputs() * inputs();
    }

    @Override
    public long outputs() {
        return parts.stream().mapToLong(part -> part.noBias().size(0)).sum();
    }

    @Override
    public long inputs() {
        return inputs;
    }
}
