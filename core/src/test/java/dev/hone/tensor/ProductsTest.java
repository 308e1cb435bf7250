package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.testkit.Drawn;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products of many shapes, written into memory and views that hold other numbers before, against products in float32 that are
 * summed element by element. The engine chooses among kernels by shape, type and layout, and one of them has been wrong: in 16
 * bits a single column that is a view was not written at all.
 */
class ProductsTest {
    private static final int[] ROWS = {1, 2, 5, 16, 17, 64, 177, 300};
    private static final int[] COLUMNS = {1, 2, 3, 8, 17, 64};
    private static final int[] INNER = {1, 2, 16, 33, 192};

    private interface Product {
        /** What comes of left [rows, inner] and right [inner, columns], in a tensor or view that held junk before. */
        Tensor of(Tensor left, Tensor right);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void writtenIntoAColumnRangeOfAWiderMatrix(DType type) {
        forAllShapes(type, (left, right) -> {
            long columns = right.size(1);
            return Tensor.full(type, Double.NaN, left.size(0), 64 + columns)
                    .narrow(1, 63, columns)
                    .overwriteWithProduct(left, right);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void writtenIntoARowRangeOfATallerMatrix(DType type) {
        forAllShapes(type, (left, right) -> {
            long rows = left.size(0);
            return Tensor.full(type, Double.NaN, rows + 9, right.size(1))
                    .narrow(0, 7, rows)
                    .overwriteWithProduct(left, right);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void writtenIntoATransposedMatrix(DType type) {
        forAllShapes(
                type,
                (left, right) -> Tensor.full(type, Double.NaN, right.size(1), left.size(0))
                        .transpose(0, 1)
                        .overwriteWithProduct(left, right));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void addedToAColumnRangeOfAWiderMatrix(DType type) {
        forAllShapes(type, (left, right) -> {
            long columns = right.size(1);
            Tensor wide = Tensor.full(type, Double.NaN, left.size(0), 64 + columns);
            return wide.narrow(1, 63, columns).fillInPlace(0).addMatmulInPlace(left, right, 1);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void addedToARowRangeOfATallerMatrix(DType type) {
        forAllShapes(type, (left, right) -> {
            long rows = left.size(0);
            Tensor tall = Tensor.full(type, Double.NaN, rows + 9, right.size(1));
            return tall.narrow(0, 7, rows).fillInPlace(0).addMatmulInPlace(left, right, 1);
        });
    }

    /** However many rows a product has, and so whichever kernel the engine would take, each row has the same bits. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void rowsHaveTheSameBitsInProductsOfAnySize(DType type) {
        assumeTrue(type == DType.F32 || Engine.fastestCompute() == type);
        for (int inner : new int[] {4, 16, 33, 96, 192, 896}) {
            for (int outputs : new int[] {1, 4, 8, 32, 96, 172}) {
                Tensor x = Drawn.gaussian("x", 1300, inner).to(type);
                Tensor weight = Drawn.gaussian("weight", outputs, inner).to(type);
                Tensor ones = Tensor.ones(type, 1300, outputs);
                float[] all = x.linear(weight).floats();
                float[] added = ones.copy().addLinearInPlace(x, weight, 2).floats();
                for (int rows : new int[] {1, 2, 3, 7, 17, 40, 76, 130, 300}) {
                    String what = inner + " to " + outputs + ", " + rows + " rows";
                    Tensor some = x.narrow(0, 5, rows);
                    assertThat(some.linear(weight).floats()).as(what).isEqualTo(part(all, 5, rows, outputs));
                    assertThat(Tensor.ones(type, rows, outputs)
                                    .addLinearInPlace(some, weight, 2)
                                    .floats())
                            .as(what)
                            .isEqualTo(part(added, 5, rows, outputs));
                }
            }
        }
    }

    private static float[] part(float[] all, int from, int rows, int width) {
        return Arrays.copyOfRange(all, from * width, (from + rows) * width);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void ofViewsOfWiderMatrices(DType type) {
        forAllShapes(type, (left, right) -> within(left).matmul(within(right)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void ofTransposedViews(DType type) {
        forAllShapes(
                type,
                (left, right) -> left.transpose(0, 1)
                        .contiguous()
                        .transpose(0, 1)
                        .matmul(right.transpose(0, 1).contiguous().transpose(0, 1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void ofLinearMaps(DType type) {
        forAllShapes(type, (left, right) -> left.linear(within(right.transpose(0, 1))));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void ofBatchesIntoABroadcastSum(DType type) {
        forAllShapes(
                type,
                (left, right) -> Tensor.zeros(type, 1, 1, 1)
                        .plusBatchProduct(
                                within(left).view(1, left.size(0), left.size(1)),
                                right.view(1, right.size(0), right.size(1)),
                                1)
                        .view(left.size(0), right.size(1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void ofBatchesWithoutASum(DType type) {
        forAllShapes(
                type,
                (left, right) -> Tensor.batchProduct(
                                left.view(1, left.size(0), left.size(1)),
                                within(right).view(1, right.size(0), right.size(1)),
                                1)
                        .view(left.size(0), right.size(1)));
    }

    /** The same values as a view of a wider matrix whose other columns are no numbers. */
    private static Tensor within(Tensor x) {
        Tensor wide = Tensor.full(x.dtype(), Double.NaN, x.size(0), x.size(1) + 5);
        return wide.narrow(1, 3, x.size(1)).copyInPlace(x);
    }

    private static void forAllShapes(DType type, Product product) {
        for (int rows : ROWS) {
            for (int columns : COLUMNS) {
                for (int inner : INNER) {
                    check(type, rows, columns, inner, product);
                }
            }
        }
    }

    /** In bf16 the sum is rounded once, by at most 2⁻⁸ of itself; float32 sums differ by their order. */
    private static void check(DType type, int rows, int columns, int inner, Product product) {
        try (Scope scope = Scope.open()) {
            Tensor left = Drawn.gaussian("left", rows, inner).to(type);
            Tensor right = Drawn.gaussian("right", inner, columns).to(type);
            float[] a = left.to(DType.F32).floats();
            float[] b = right.to(DType.F32).floats();
            float[] actual = product.of(left, right).to(DType.F32).contiguous().floats();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    double size = 0;
                    for (int k = 0; k < inner; k++) {
                        double part = (double) a[i * inner + k] * b[k * columns + j];
                        sum += part;
                        size += Math.abs(part);
                    }
                    assertThat(Math.abs(actual[i * columns + j] - sum))
                            .as("[%d, %d] of %d x %d x %d", i, j, rows, inner, columns)
                            .isLessThanOrEqualTo(size * (type == DType.BF16 ? 0.008 : 1e-5) + 1e-6);
                }
            }
        }
    }
}
