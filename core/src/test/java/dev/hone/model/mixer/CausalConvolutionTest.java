package dev.hone.model.mixer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Segment;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Convolutions over texts, their continuations and what a cache holds. */
class CausalConvolutionTest {
    /** A text of one token, two that continue it by one and by three, and a text of two. */
    private static final List<Segment> TREE = List.of(
            new Segment(0, 1, Segment.NONE, 0),
            new Segment(1, 1, 0, 0),
            new Segment(2, 3, 0, 1),
            new Segment(5, 2, Segment.NONE, 2));

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /**
     * Taps 100, 10 and 1 on the tokens 1 … 7 spell the last three tokens of each text: 1; 1 2; 1 3, 1 3 4, 3 4 5; 6, 6 7.
     */
    @Test
    void eachTokenReadsThoseBeforeItInItsText() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7}, 7, 1);
        Tensor taps = Tensor.of(new float[] {100, 10, 1}, 1, 3);
        assertThat(CausalConvolution.apply(x, taps, Runs.of(TREE), 0, 0).floats())
                .containsExactly(1, 12, 13, 134, 345, 6, 67);
    }

    /** The text 1 3 4 5 in pieces of one, two and one. */
    @Test
    void aCacheHoldsWhatIsReadLater() {
        Tensor taps = Tensor.of(new float[] {100, 10, 1}, 1, 3);
        try (RecurrentStates states =
                new RecurrentStates(List.of(List.of(new RecurrentStates.Part(DType.F32, 2, 1))))) {
            states.reserve(1);
            float[][] pieces = {{1}, {3, 4}, {5}};
            float[][] expected = {{1}, {13, 134}, {345}};
            int before = 0;
            for (int i = 0; i < pieces.length; i++) {
                int length = pieces[i].length;
                Runs runs = Runs.of(states, new int[] {0}, new int[] {before}, new int[] {length});
                Tensor x = Tensor.of(pieces[i], length, 1);
                assertThat(CausalConvolution.apply(x, taps, runs, 0, 0).floats())
                        .containsExactly(expected[i]);
                before += length;
            }
        }
    }

    @Test
    void gradientsAreThoseOfTheGraph() {
        Tensor x = Drawn.gaussian("x", 7, 5).trainable();
        Tensor taps = Drawn.gaussian("taps", 5, 4).trainable();
        Tensor gradient = Drawn.gaussian("gradient", 7, 5);
        Autograd.with(() -> {
            Tensor y = CausalConvolution.apply(x, taps, Runs.of(TREE), 0, 0);
            y.backward(gradient);
            return y;
        });
        CausalConvolution.InputGradients by =
                Autograd.without(() -> CausalConvolution.backward(gradient, x, taps, Runs.of(TREE), true));
        assertThat(by.x().floats()).containsExactly(x.gradient().floats(), within(1e-5f));
        assertThat(Objects.requireNonNull(by.taps()).floats())
                .containsExactly(taps.gradient().floats(), within(1e-5f));
    }

    @Test
    void withOneTapEachTokenIsScaled() {
        Tensor x = Tensor.of(IntStream.rangeClosed(1, 7).toArray(), 7, 1).to(DType.F32);
        assertThat(CausalConvolution.apply(x, Tensor.of(new float[] {2}, 1, 1), Runs.of(TREE), 0, 0)
                        .floats())
                .containsExactly(2, 4, 6, 8, 10, 12, 14);
    }
}
