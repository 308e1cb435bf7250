package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.model.weight.Weight;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every {@link Weight} keeps: its values are those it was made of but for the rounding of its layout, and its products and
 * input gradients are those of a plain matrix with these values.
 */
public abstract class WeightContract {
    private Scope scope = Scope.open();

    /** The layout, of values [out, in] in float32. */
    protected abstract Weight of(Tensor values);

    /** Whether this processor has its products. */
    protected boolean isAvailable() {
        return true;
    }

    /** How far a value may be from the one it was made of, for each unit of the largest of its row. */
    protected abstract double roundingOfValues();

    /** How far a product x · w may be from that with its own values in float32, for each unit of Σ|x| · max|w|. */
    protected abstract double roundingOfProducts();

    @BeforeEach
    void open() {
        assumeTrue(isAvailable(), "this processor has no such products");
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void valuesAreThoseItWasMadeOfRounded() {
        Tensor given = Drawn.gaussian("weight", 33, 70);
        Weight weight = of(given);
        assertThat(weight.shape()).containsExactly(33, 70);
        assertThat(weight.bytes()).isBetween(33L * 70, 4L * 33 * 70 + 8 * 33);
        assertThat(weight.in(DType.F32).dtype()).isEqualTo(DType.F32);
        float[] values = weight.in(DType.F32).floats();
        float[] expected = given.floats();
        for (int row = 0; row < 33; row++) {
            float largest = 0;
            for (int i = 70 * row; i < 70 * (row + 1); i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            for (int i = 70 * row; i < 70 * (row + 1); i++) {
                assertThat((double) Math.abs(values[i] - expected[i]))
                        .as("value [%d, %d]", row, i - 70 * row)
                        .isLessThanOrEqualTo(largest * roundingOfValues());
            }
        }
    }

    /** x · Wᵀ and x · Wᵀ + b for one, three and forty rows. */
    @ParameterizedTest
    @CsvSource({"1, 64, 16", "3, 33, 70", "40, 7, 5"})
    void aProductIsThatOfAPlainMatrix(int rows, int in, int out) {
        Weight weight = of(Drawn.gaussian("weight", out, in));
        Tensor x = Drawn.gaussian("x", rows, in).to(weight.dtype());
        Tensor bias = Drawn.gaussian("bias", out).to(weight.dtype());
        Tensor plain = x.to(DType.F32).linear(weight.in(DType.F32));
        double bound = bound(x, weight);
        requireNear(weight.product(x, null), plain, bound);
        requireNear(weight.product(x, bias), plain.plus(bias.to(DType.F32)), 2 * bound + 1e-6);
    }

    /** gradient · W, alone, and added to what is there. */
    @ParameterizedTest
    @CsvSource({"1, 64, 16", "3, 33, 70", "40, 7, 5"})
    void anInputGradientIsThatOfAPlainMatrix(int rows, int in, int out) {
        Weight weight = of(Drawn.gaussian("weight", out, in));
        Tensor gradient = Drawn.gaussian("gradient", rows, out).to(weight.dtype());
        Tensor sum = Drawn.gaussian("sum", rows, in).to(weight.dtype());
        Tensor before = sum.to(DType.F32).copy();
        Tensor plain = gradient.to(DType.F32).matmul(weight.in(DType.F32));
        double bound = bound(gradient, weight);
        Autograd.withoutDo(() -> {
            requireNear(weight.inputGradient(gradient, null), plain, bound);
            requireNear(weight.inputGradient(gradient, sum), plain.plus(before), 2 * bound + 1e-6);
            requireNear(sum, plain.plus(before), 2 * bound + 1e-6);
        });
    }

    @Test
    void productsChangeNeitherTheWeightNorTheirInput() {
        Weight weight = of(Drawn.gaussian("weight", 16, 24));
        float[] values = weight.in(DType.F32).floats();
        Tensor x = Drawn.gaussian("x", 3, 24).to(weight.dtype());
        float[] input = x.floats();
        float[] product = weight.product(x, null).floats();
        assertThat(weight.product(x, null).floats()).containsExactly(product);
        assertThat(weight.in(DType.F32).floats()).containsExactly(values);
        assertThat(x.floats()).containsExactly(input);
    }

    @Test
    void threadsMayShareIt() {
        Weight weight = of(Drawn.gaussian("weight", 70, 64));
        float[] alone = weight.product(Drawn.gaussian("x", 3, 64).to(weight.dtype()), null)
                .floats();
        List<float[]> together = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> {
                    try (Scope own = Scope.open()) {
                        return weight.product(Drawn.gaussian("x", 3, 64).to(weight.dtype()), null)
                                .floats();
                    }
                })
                .toList();
        together.forEach(product -> assertThat(product).containsExactly(alone));
    }

    /** The largest Σ|x| of a row times the largest |w|. */
    private double bound(Tensor x, Weight weight) {
        double sum = x.to(DType.F32).abs().sum(1).max().scalar();
        return roundingOfProducts() * sum * weight.in(DType.F32).abs().max().scalar();
    }

    private static void requireNear(Tensor actual, Tensor expected, double bound) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.to(DType.F32).minus(expected).abs().max().scalar()).isLessThanOrEqualTo(bound);
    }
}
