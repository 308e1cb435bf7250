package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.layer.RopeScaling;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turning three tokens, the last far away, with two heads of six numbers. */
class RopeTest {
    private static final int[] POSITIONS = {0, 1, 300};
    private static final long[] SHAPE = {POSITIONS.length, 2, 6};
    private static final Offset<Float> EXACT = within(1e-6f);

    private final Scope scope = Scope.open();
    private final Rope.Rotation rotation = new Rope(6, 1e4, RopeScaling.NONE).at(POSITIONS, DType.F32);

    @AfterEach
    void close() {
        scope.close();
    }

    /** θ = 100 and d = 4: at position 2 the pair (1, 3) is rotated by 2 and the pair (2, 4) by 2/10. */
    @Test
    void aPairIsTurnedByItsFrequencyTimesThePosition() {
        Rope.Rotation two = new Rope(4, 100, RopeScaling.NONE).at(new int[] {2}, DType.F32);
        assertThat(two.apply(Tensor.of(new float[] {1, 1, 0, 0}, 1, 1, 4)).floats())
                .containsExactly(
                        new float[] {
                            (float) Math.cos(2), (float) Math.cos(.2), (float) Math.sin(2), (float) Math.sin(.2)
                        },
                        EXACT);
        assertThat(two.apply(Tensor.of(new float[] {0, 0, 1, 1}, 1, 1, 4)).floats())
                .containsExactly(
                        new float[] {
                            (float) -Math.sin(2), (float) -Math.sin(.2), (float) Math.cos(2), (float) Math.cos(.2)
                        },
                        EXACT);
    }

    @Test
    void whatIsTurnedAndTurnedBackIsWhatItWas() {
        Tensor x = Drawn.gaussian("x", SHAPE);
        assertThat(rotation.backward(rotation.apply(x)).floats()).containsExactly(x.floats(), EXACT);
        assertThat(rotation.apply(rotation.backward(x)).floats()).containsExactly(x.floats(), EXACT);
    }

    @Test
    void backwardOfAGradientIsThatOfTheGraph() {
        Tensor x = Drawn.gaussian("x", SHAPE).trainable();
        Tensor gradient = Drawn.gaussian("gradient", SHAPE);
        rotation.apply(x).backward(gradient);
        assertThat(rotation.backward(gradient).floats())
                .containsExactly(x.gradient().floats(), EXACT);
    }

    /** The rotation is linear, and its matrix in bf16 the same forward and backward: only the sums are rounded, each by 2⁻⁹ of at most 4. */
    @Test
    void inBf16ItIsThatOfTheGraphButForRounding() {
        Rope.Rotation half = new Rope(6, 1e4, RopeScaling.NONE).at(POSITIONS, DType.BF16);
        Tensor x = Drawn.gaussian("x", SHAPE).to(DType.BF16).trainable();
        Tensor gradient = Drawn.gaussian("gradient", SHAPE).to(DType.BF16);
        half.apply(x).backward(gradient);
        assertThat(half.backward(gradient).floats())
                .containsExactly(x.gradient().floats(), within(0x1p-6f));
    }
}
