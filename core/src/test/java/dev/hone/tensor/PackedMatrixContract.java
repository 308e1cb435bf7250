package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.testkit.Drawn;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every layout for products with few rows keeps to. */
abstract class PackedMatrixContract {
    private static final long LITTLE = 8L << 20;

    private Scope scope;

    @BeforeEach
    void open() {
        assumeTrue(isThere(), "this processor has no such products");
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
        }
    }

    /** Whether this processor has its products. */
    abstract boolean isThere();

    abstract PackedMatrix of(Tensor weight);

    /** How far a product may be from that with its own values in float32, for each unit of Σ|x·w| and of max|x|·Σ|w|. */
    abstract double roundingOfSums();

    abstract double roundingOfInputs();

    /** How far its values may be from the weight's, for each unit of the largest of a row. */
    abstract double roundingOfValues();

    @ParameterizedTest
    @CsvSource({
        "1, 7, 5",
        "2, 64, 1",
        "5, 64, 16",
        "33, 65, 33",
        "1, 4099, 300",
        "3, 4099, 513",
        "1, 7, 299999",
        "7, 1024, 2049",
        "130, 896, 128"
    })
    void aProductIsThatWithItsValues(int rows, int in, int out) {
        PackedMatrix matrix = of(Drawn.gaussian("weight", out, in));
        Tensor x = Drawn.gaussian("x", rows, in).to(matrix.type());
        Tensor bias = Drawn.gaussian("bias", out).to(matrix.type());
        Tensor wide = x.to(DType.F32);
        Tensor values = matrix.values().to(DType.F32);
        Tensor whole = wide.linear(values);
        Tensor sizes = wide.abs().linear(values.abs());
        Tensor inputs = Tensor.full(DType.F32, wide.abs().max().scalar(), rows, in);
        Tensor bound =
                sizes.times(roundingOfSums()).plus(inputs.linear(values.abs()).times(roundingOfInputs()));
        requireNear(matrix.product(x, null), whole, bound);
        Tensor added = bias.to(DType.F32);
        requireNear(
                matrix.product(x, bias),
                whole.plus(added),
                bound.plus(added.abs().times(roundingOfSums())));
    }

    private static void requireNear(Tensor actual, Tensor expected, Tensor bound) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        Tensor apart = actual.to(DType.F32).minus(expected).abs();
        assertThat(apart.minus(bound).max().scalar()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "70, 33", "3, 5000", "5000, 3"})
    void itsValuesAreTheWeightsRounded(int out, int in) {
        Tensor weight = Drawn.gaussian("weight", out, in);
        PackedMatrix matrix = of(weight);
        assertThat(matrix.outputs()).isEqualTo(out);
        assertThat(matrix.inputs()).isEqualTo(in);
        assertThat(matrix.values().dtype()).isEqualTo(matrix.type());
        float[] values = matrix.values().floats();
        float[] expected = weight.floats();
        for (int row = 0; row < out; row++) {
            float largest = 0;
            for (int i = row * in; i < (row + 1) * in; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            for (int i = row * in; i < (row + 1) * in; i++) {
                assertThat((double) Math.abs(values[i] - expected[i]))
                        .isLessThanOrEqualTo(roundingOfValues() * largest);
            }
        }
    }

    @Test
    void theWeightIsCopiedAndMayBeAView() {
        Tensor weight = Drawn.gaussian("weight", 6, 4);
        PackedMatrix plain = of(weight.transpose(0, 1).contiguous());
        PackedMatrix turned = of(weight.transpose(0, 1));
        float[] before = turned.values().floats();
        weight.fillInPlace(9);
        assertThat(turned.values().floats())
                .containsExactly(before)
                .containsExactly(plain.values().floats());
    }

    /** The first product of a process is made in a scope that ends; later ones must not need what it made. */
    @Test
    void productsDoNotDependOnTheScopeOfTheFirst() {
        Tensor x = Drawn.gaussian("x", 1, 8);
        float[] first = {};
        for (int i = 0; i < 3; i++) {
            try (Scope inner = Scope.open()) {
                PackedMatrix matrix = of(Drawn.gaussian("weight", 5, 8));
                float[] y = matrix.product(x.to(matrix.type()), null).floats();
                first = i == 0 ? y : first;
                assertThat(y).containsExactly(first);
            }
        }
    }

    @Test
    void severalThreadsMayAskAtOnce() {
        PackedMatrix matrix = of(Drawn.gaussian("weight", 513, 4099));
        Tensor x = Drawn.gaussian("x", 2, 4099).to(matrix.type());
        float[] expected = matrix.product(x, null).floats();
        List<float[]> products = Workers.of(3)
                .map(IntStream.range(0, 60).boxed().toList(), i -> {
                    try (Scope own = Scope.open()) {
                        return Autograd.without(() -> matrix.product(x, null)).floats();
                    }
                });
        assertThat(products).allSatisfy(product -> assertThat(product).containsExactly(expected));
    }

    /** 2 KB left by each of 20,000 products would be 40 MB in every round; what Java's own garbage takes is found again after it was collected. */
    @Test
    void manyProductsLeaveNothingBehind() {
        PackedMatrix matrix = of(Drawn.gaussian("weight", 256, 256));
        Tensor x = Drawn.gaussian("x", 4, 256).to(matrix.type());
        products(matrix, x, 2_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 6 && least >= LITTLE; round++) {
            System.gc();
            long before = Engine.residentBytes();
            products(matrix, x, 20_000);
            least = Math.min(least, Engine.residentBytes() - before);
        }
        assertThat(least).isLessThan(LITTLE);
    }

    private static void products(PackedMatrix matrix, Tensor x, int count) {
        for (int i = 0; i < count; i++) {
            try (Scope inner = Scope.open()) {
                matrix.product(x, null);
            }
        }
    }
}
