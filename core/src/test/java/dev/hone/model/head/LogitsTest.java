package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.layer.LogitForm;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Logits in blocks of the vocabulary, against {@link Distribution}, which holds them all in float32. */
class LogitsTest {
    private static final int HIDDEN = 6;

    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    /**
     * A block has 2¹⁸ / positions columns, and at least 1,024: one block and less, one and a rest, exactly two, two and a rest.
     *
     * <p>In bf16 a logit's gradient is rounded once, the sum of a block once and the whole once, each by at most 2⁻⁸ of itself, and
     * so of the sum of the sizes of what is added. The log-probability is of the same rounded logits and not rounded again.
     */
    @ParameterizedTest
    @CsvSource({
        "32, 3, F32, 1e-5",
        "70000, 5, F32, 1e-5",
        "2048, 400, F32, 1e-5",
        "1500, 400, F32, 1e-5",
        "32, 3, BF16, 0.012",
        "70000, 5, BF16, 0.012",
        "2048, 400, BF16, 0.012",
        "1500, 400, BF16, 0.012",
        "1025, 300, BF16, 0.012", // blocks of 1,024 would leave a column over, which the engine gets wrong in 16 bits
        "4096, 192, BF16, 0.012" // and blocks of 1,365
    })
    void valuesAndGradientsAreThoseOfThePlainTwin(int vocabulary, int positions, DType type, double share) {
        Tensor hidden = Drawn.gaussian("hidden", positions, HIDDEN).to(type);
        Tensor weight = Drawn.gaussian("weight", vocabulary, HIDDEN).trainable();
        Tensor matrix = Autograd.without(() -> weight.to(type));
        int[] tokens = Drawn.tokens("tokens", positions, vocabulary);
        Map<Statistic, Tensor> scoreGradients =
                scoreGradients(Drawn.gaussian("slopes", positions).floats());

        Distribution plain = new Distribution(hidden.linear(matrix).to(DType.F32), Tensor.of(tokens, positions, 1));
        Tensor logProbabilities = plain.get(Statistic.LOG_PROBABILITY);
        Tensor toLogits = plain.gradient(scoreGradients);
        Logits logits = logits(hidden, matrix, weight, tokens);

        assertThat(logits.get(Statistic.LOG_PROBABILITY).floats())
                .containsExactly(logProbabilities.floats(), within(1e-5f));
        requireProduct(logits.backward(scoreGradients), toLogits, matrix.to(DType.F32), share);
        requireProduct(weight.gradient(), toLogits.transpose(0, 1), hidden.to(DType.F32), share);
    }

    /** Blocks start at multiples of 1,024; the last has a rest as well, of 64 columns and more if it has nothing else. */
    @Test
    void blocksAreOfNearlyEqualWidth() {
        for (long vocabulary = 1; vocabulary < 6000; vocabulary++) {
            for (long width = 1024; width < 7000; width += 1024) {
                long blocks = Logits.blocks(vocabulary, width);
                long end = 0;
                for (long block = 0; block < blocks; block++) {
                    long start = Logits.start(block, blocks, vocabulary);
                    assertThat(start).isEqualTo(end);
                    assertThat(start % 1024).isZero();
                    end = Logits.start(block + 1, blocks, vocabulary);
                    assertThat(end - start).isBetween(Math.min(64, vocabulary), width + 63);
                }
                assertThat(end).isEqualTo(vocabulary);
            }
        }
    }

    /** Each element differs from left × right by at most a share of the sum of the sizes of what is added. */
    private static void requireProduct(Tensor actual, Tensor left, Tensor right, double share) {
        Tensor expected = left.matmul(right);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        Tensor allowed = left.abs().matmul(right.abs()).times(share).plus(1e-12);
        Tensor excess = actual.to(DType.F32).minus(expected).abs().dividedBy(allowed);
        assertThat(excess.max().scalar()).isLessThanOrEqualTo(1);
    }

    /** Logits are (7, 0): 1 − p = 1 / (1 + e⁷) = 9.1105e-4, where the next number below 1 is 1 − 2⁻⁸ in bf16. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void aTokenThatIsAlmostCertainKeepsItsGradient(DType type) {
        Tensor hidden = Tensor.of(new float[] {7, 0}, 1, 2).to(type);
        Tensor weight = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2).trainable();
        float rest = (float) (1 / (1 + Math.exp(7)));
        Logits logits = logits(hidden, Autograd.without(() -> weight.to(type)), weight, 0);
        float[] gradient = logits.backward(scoreGradients(1)).floats();
        float rounding = rest * (type == DType.F32 ? 1e-3f : 0x1p-8f);
        assertThat(gradient).containsExactly(new float[] {rest, -rest}, within(rounding));
        assertThat(weight.gradient().floats())
                .containsExactly(new float[] {7 * rest, 0, -7 * rest, 0}, within(7 * rounding));
    }

    /**
     * All logits are 0 and p = 2⁻¹⁹ everywhere, so each of the two blocks has half of it. The token weighs 1, the others of its
     * block 2⁻⁹, those of the second 2 − 2⁻⁴: ∂L/∂h = 1 − 2⁻¹⁰ − (1 − 2⁻⁵) = 31 · 2⁻¹⁰ but for 2⁻¹⁹. In bf16 1 − 2⁻¹⁰ would be 1.
     * In float32 every sum within a block is exact, in whatever order.
     */
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void blocksAreAddedInFloat32(DType type) {
        int block = 1 << 18;
        float[] values = new float[2 * block];
        Arrays.fill(values, 0, block, 0x1p-9f);
        Arrays.fill(values, block, 2 * block, 2 - 0x1p-4f);
        values[0] = 1;
        Tensor weight = Tensor.of(values, values.length, 1).to(type);
        Logits logits = logits(Tensor.zeros(type, 1, 1), weight, weight, 0);
        assertThat(logits.backward(scoreGradients(1)).floats())
                .containsExactly(new float[] {31 * 0x1p-10f}, within(0x1p-16f));
    }

    /**
     * All logits are 0, p = (½, ½). Hidden states 1 and 2, score gradients 1 and 3: ∂L/∂w₀ = ½ · 1 · 1 + ½ · 3 · 2, and ∂L/∂w₁ its
     * opposite.
     */
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void aTokenAtSeveralPositionsHasAGradientFromEach(DType type) {
        Tensor hidden = Tensor.of(new float[] {1, 2}, 2, 1).to(type);
        Tensor weight = Tensor.zeros(DType.F32, 2, 1).trainable();
        Logits logits = logits(hidden, Tensor.zeros(type, 2, 1), weight, 0, 0);
        logits.backward(scoreGradients(1, 3));
        assertThat(weight.gradient().floats()).containsExactly(3.5f, -3.5f);
    }

    @Test
    void aFrozenWeightGetsNoGradient() {
        Tensor weight = Drawn.gaussian("weight", 32, HIDDEN);
        logits(Drawn.gaussian("hidden", 2, HIDDEN), weight, weight, 3, 3).backward(scoreGradients(1, 2));
        assertThat(weight.hasGradient()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void noPositionsGiveNothingAndTeachNothing(DType type) {
        Tensor weight = Tensor.ones(DType.F32, 32, HIDDEN).trainable();
        Logits logits = logits(Tensor.zeros(type, 0, HIDDEN), Tensor.ones(type, 32, HIDDEN), weight);
        assertThat(logits.get(Statistic.LOG_PROBABILITY).shape()).containsExactly(0, 1);
        Tensor gradient = logits.backward(scoreGradients());
        assertThat(gradient.shape()).containsExactly(0, HIDDEN);
        assertThat(gradient.dtype()).isEqualTo(type);
        assertThat(weight.gradient().floats()).containsOnly(0);
    }

    @Test
    void aLossThatReadsNothingHasNoGradient() {
        Tensor hidden = Drawn.gaussian("hidden", 2, HIDDEN);
        Logits logits = logits(hidden, Drawn.gaussian("weight", 32, HIDDEN), Tensor.zeros(DType.F32, 32, HIDDEN), 3, 4);
        assertThat(logits.backward(Map.of()).floats()).containsOnly(0).hasSize(2 * HIDDEN);
        assertThatThrownBy(() -> logits.get(Statistic.ENTROPY)).hasMessageContaining("ENTROPY is not computed here");
    }

    private static Logits logits(Tensor hidden, Tensor matrix, Tensor weight, int... tokens) {
        return Autograd.without(
                () -> new Logits(hidden, matrix, new Parameter("lm_head.weight", weight), LogitForm.PLAIN, tokens));
    }

    private static Map<Statistic, Tensor> scoreGradients(float... scoreGradients) {
        return Map.of(Statistic.LOG_PROBABILITY, Tensor.of(scoreGradients, scoreGradients.length, 1));
    }
}
