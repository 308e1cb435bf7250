package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with a weight in half precision; those of 2²¹ weights and more are shared among two. */
class HalfMatrixTest {
    private static final Workers TWO = Workers.of(2);

    private Scope scope;

    @BeforeEach
    void open() {
        assumeTrue(Engine.hasHalfProducts(), "this processor has no products with half precision");
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
        }
    }

    /** Two sums of n products, in another order each, differ by some √n roundings of 2⁻²⁴; four times that is allowed. */
    @ParameterizedTest
    @CsvSource({
        "1, 7, 5",
        "2, 64, 1",
        "5, 64, 16",
        "33, 65, 33",
        "1, 4099, 300",
        "33, 4099, 300",
        "1, 4099, 513",
        "3, 4099, 513",
        "33, 4099, 513",
        "1, 7, 299999",
        "2, 7, 299999",
        "7, 1024, 2049"
    })
    void aProductIsThatWithTheRoundedWeight(int rows, int in, int out) {
        Random random = new Random(17L * rows + in);
        Tensor x = gaussian(random, rows, in);
        Tensor weight = gaussian(random, out, in);
        Tensor rounded = weight.to(DType.F16).to(DType.F32);
        Tensor expected = x.linear(rounded);
        Tensor bound = x.abs().linear(rounded.abs()).times(4 * Math.sqrt(in) / (1 << 24));
        for (Workers workers : new Workers[] {Workers.of(1), TWO}) {
            Tensor product =
                    Autograd.without(() -> HalfMatrix.of(weight, workers).product(x));
            assertThat(product.dtype()).isEqualTo(DType.F32);
            assertThat(product.shape()).containsExactly(rows, out);
            assertThat(product.minus(expected).abs().minus(bound).max().scalar())
                    .isLessThanOrEqualTo(0);
        }
    }

    /** Unit vectors read the weight out. */
    @Test
    void aWeightFromBf16KeepsItsValueUnlessItIsTiny() {
        float[] values = {1, -1.0078125f, 0.1f, 3.14159f, -448, 6.5e-5f, -1.1e-4f, 65280, 0, 1e-5f, -2e-6f, 1e-9f};
        Tensor weight = Tensor.of(values, 3, 4).to(DType.BF16);
        Tensor unit = Tensor.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 4, 4);
        float[] kept = HalfMatrix.of(weight, TWO)
                .product(unit)
                .transpose(0, 1)
                .contiguous()
                .floats();
        float[] expected = weight.floats();
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(expected[i]) >= 6.2e-5 || expected[i] == 0) {
                assertThat(kept[i]).isEqualTo(expected[i]);
            } else {
                assertThat(kept[i]).isCloseTo(expected[i], within(3e-8f));
            }
        }
    }

    @Test
    void theWeightIsCopiedAndMayBeAView() {
        Tensor weight = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        HalfMatrix half = HalfMatrix.of(weight, TWO);
        HalfMatrix turned = HalfMatrix.of(weight.transpose(0, 1), TWO);
        weight.fillInPlace(9);
        assertThat(half.product(Tensor.of(new float[] {1, 0, 2}, 1, 3)).floats())
                .containsExactly(7, 16);
        assertThat(turned.product(Tensor.of(new float[] {1, 2}, 1, 2)).floats()).containsExactly(9, 12, 15);
    }

    @Test
    void severalThreadsMayAskAtOnce() throws Exception {
        Random random = new Random(3);
        Tensor weight = gaussian(random, 513, 4099);
        Tensor x = gaussian(random, 2, 4099);
        HalfMatrix half = HalfMatrix.of(weight, TWO);
        float[] expected = half.product(x).floats();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Callable<Boolean> call = () -> {
                boolean same = true;
                for (int time = 0; time < 20; time++) {
                    try (Scope own = Scope.open()) {
                        same &= Arrays.equals(half.product(x).floats(), expected);
                    }
                }
                return same;
            };
            for (Future<Boolean> same :
                    threads.invokeAll(IntStream.range(0, 3).mapToObj(i -> call).toList())) {
                assertThat(same.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Tensor gaussian(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, rows, columns);
    }
}
