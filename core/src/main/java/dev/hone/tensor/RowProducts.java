package dev.hone.tensor;

/**
 * Products of which each row has the same bits however many rows there are.
 *
 * <p>The engine multiplies small matrices by kernels of their own, which sum in another order: in float32 OpenBLAS takes one for {@code
 * x · Wᵀ} where rows times outputs are at most {@value #SMALL} and the inner dimension is no shorter than {@value #SHORT} (its
 * AVX-512 builds); in 16 bits products of at most {@value #SMALL_16} multiplications do not go to oneDNN, whose products have the
 * property. Small products are filled up with rows of zeros, and with outputs where there are few, until they are computed as large
 * ones are.
 */
public final class RowProducts {
    /** Rows times outputs of the largest small product in float32. */
    private static final long SMALL = 1200;

    /** Inner dimensions below this have no small kernel in float32. */
    private static final long SHORT = 32;

    /** With fewer outputs, filling up with outputs is cheaper than with rows alone. */
    private static final long FEW_OUTPUTS = 16;

    /** Multiplications of the largest small product in 16 bits. */
    private static final long SMALL_16 = 4096;

    private RowProducts() {}

    /** The fewest rows of a product {@code x · Wᵀ} that is not small, or more. */
    public static long fewestRows(DType type, long inner, long outputs) {
        if (type != DType.F32) {
            return SMALL_16 / (inner * outputs) + 1;
        }
        return inner < SHORT ? 1 : SMALL / outputs + 1;
    }

    /** Whether {@code x · Wᵀ} is filled up. */
    static boolean areSmall(Tensor x, Tensor weight) {
        if (x.rank() != 2 || weight.rank() != 2) {
            return false;
        }
        long rows = x.size(0);
        return rows > 0 && rows < fewestRows(x.dtype(), x.size(1), weight.size(0));
    }

    /** {@code x · Wᵀ} of a small product. */
    static Tensor linear(Tensor x, Tensor weight) {
        Tensor outputs = withOutputs(weight);
        Tensor y = filled(x, fewestRows(x.dtype(), x.size(1), outputs.size(0)))
                .plainLinear(outputs)
                .narrow(0, 0, x.size(0));
        return outputs == weight ? y : y.narrow(1, 0, weight.size(0)).contiguous();
    }

    /** {@code y + factor · x · Wᵀ} of a small product, as a product that is added to rows computes it. */
    static Tensor plusLinear(Tensor y, Tensor x, Tensor weight, double factor) {
        Tensor outputs = withOutputs(weight);
        long rows = fewestRows(x.dtype(), x.size(1), outputs.size(0));
        long more = outputs.size(0) - weight.size(0);
        Tensor wide = more == 0 ? y : Tensor.concatenate(1, y, Tensor.zeros(y.dtype(), y.size(0), more));
        return filled(wide, rows)
                .addMatmulInPlace(filled(x, rows), outputs.transpose(0, 1), factor)
                .narrow(0, 0, x.size(0))
                .narrow(1, 0, weight.size(0));
    }

    private static Tensor withOutputs(Tensor weight) {
        return weight.dtype() == DType.F32 ? filled(weight, FEW_OUTPUTS) : weight;
    }

    /** The matrix above rows of zeros; itself if it has as many. */
    private static Tensor filled(Tensor matrix, long rows) {
        long missing = rows - matrix.size(0);
        return missing <= 0
                ? matrix
                : Tensor.concatenate(0, matrix, Tensor.zeros(matrix.dtype(), missing, matrix.size(1)));
    }
}
