package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.dataset.Dataset;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** 100 steps of two texts of nine trained tokens; texts of four trained tokens are replayed. */
class ReplayShareTest {
    private static Replay replay() {
        EpochLoader.BatchShape shape = new EpochLoader.BatchShape(true, 0, 2, 0, 64, 7);
        return new Replay(EpochLoader.steps(texts(20, 10), shape, 100), texts(9, 5), 0.1);
    }

    private static Dataset texts(int count, int length) {
        return Dataset.of(IntStream.range(0, count)
                .mapToObj(i -> Example.ofText(i, IntStream.range(0, length).toArray()))
                .toList());
    }

    private static double share(Replay replay, int from, int to) {
        double replayed = 0;
        double all = 0;
        for (int step = from; step < to; step++) {
            Map<Integer, Long> tokens = replay.trainedTokens(step);
            replayed += tokens.getOrDefault(Replay.SOURCE, 0L);
            all += tokens.values().stream().mapToLong(t -> t).sum();
        }
        return replayed / all;
    }

    @Test
    void theShareIsDoubledFromAStepOnAndTheStepsBeforeStay() {
        Replay plain = replay();
        Replay raised = replay();
        raised.share().raise(40);
        raised.share().raise(70);

        for (int step = 0; step < 40; step++) {
            assertThat(raised.trainedTokens(step)).isEqualTo(plain.trainedTokens(step));
        }
        assertThat(share(raised, 40, 70)).isCloseTo(0.2, within(0.01));
        assertThat(share(raised, 70, 100)).isCloseTo(0.4, within(0.01));
    }

    @Test
    void aStepIsTheSameAfterItsStateIsRestored() {
        Replay raised = replay();
        raised.share().raise(40);
        Replay restored = replay();
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> saved = new LinkedHashMap<>(raised.share().state());
            restored.share().restore(saved::get);
        }

        assertThat(restored.share().now()).isEqualTo(0.2);
        for (int step = 0; step < 100; step++) {
            assertThat(restored.rows(step)).extracting(StepRow::place).isEqualTo(places(raised, step));
        }
    }

    private static List<String> places(Replay replay, int step) {
        return replay.rows(step).stream().map(StepRow::place).toList();
    }

    @Test
    void itIsNotDoubledBeyondWhatLeavesRoomForTheMethod() {
        ReplayShare share = new ReplayShare(0.3);
        share.raise(1);

        assertThat(share.canRise()).isFalse();
        assertThatThrownBy(() -> share.raise(2)).hasMessageContaining("share (0.6) cannot be doubled");
        assertThatThrownBy(() -> {
                    ReplayShare other = new ReplayShare(0.1);
                    other.raise(5);
                    other.raise(4);
                })
                .hasMessageContaining("step (4) lies before the last raise (5)");
    }
}
