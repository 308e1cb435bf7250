package dev.hone.recipes.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Past steps of a run of nine, whose states after steps 6 and 9 are still there. */
class StepRecomputationTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8, dropout: 0.1}\n";

    @TempDir
    private Path folder;

    private TinyRun tiny;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        tiny = TinyRun.in(folder);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0", "7, 6", "9, 6"})
    void aPastStepComesOutAsItWasRecorded(long step, long from) {
        run();
        StepRecomputation replay = replay(step, 0);
        assertThat(replay.from()).isEqualTo(from);
        assertThat(replay.isExact()).isTrue();
        assertThat(replay.preview().rows())
                .hasSize(4)
                .allMatch(row -> row.place().contains("rows.jsonl:"));
    }

    /** The rows have three trained tokens each: two letters and the end. */
    @Test
    void theTokensOfARowAddUpToItsLoss() {
        run();
        StepRecomputation replay = replay(8, 2);
        assertThat(replay.tokens()).hasSize(3);
        double mean = -replay.tokens().stream()
                .mapToDouble(StepRecomputation.TokenLoss::logProbability)
                .average()
                .orElse(0);
        assertThat(replay.preview().rows().get(1).loss()).isCloseTo(mean, within(1e-6));
    }

    @Test
    void whatTheRunDoesNotHaveIsRefused() {
        run();
        assertThatThrownBy(() -> replay(10, 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("step (10) is outside the run, which has 9");
        assertThatThrownBy(() -> replay(0, 0)).hasMessage("step (0) is outside the run, which has 9");
        assertThatThrownBy(() -> replay(2, 5)).hasMessage("row (5) is not in the step, which has 4");
        assertThatThrownBy(() -> StepRecomputation.of(folder, 1, 0, RunObserver.none()))
                .hasMessageEndingWith("holds no run; it lacks run-resolved.yaml");
    }

    private void run() {
        tiny.run("run", LORA, "training.checkpoint-every=3");
    }

    private StepRecomputation replay(long step, int row) {
        return StepRecomputation.of(folder.resolve("run"), step, row, RunObserver.none())
                .orElseThrow();
    }
}
