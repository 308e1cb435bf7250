package dev.hone.recipes.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.TextTable;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model and a task that a few steps of fine-tuning teach it: whatever is said, the answer is ok. */
class StartComparisonTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndTasks() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                folder.resolve("tasks.jsonl"),
                IntStream.range(0, 26)
                        .mapToObj(i -> "{\"prompt\": \"say %c\", \"answer\": \"ok\"}".formatted('a' + i))
                        .toList());
    }

    @Test
    void everyWayIsAnEntryWithWhatItSpentAndReached() throws IOException {
        ComparisonReport report = StartComparison.hold(file("shots: [0, 2]\nsteps: [30]"), RunObserver.none());

        assertThat(report.entries())
                .extracting(Contender::way, Contender::amount)
                .containsExactly(
                        tuple(Contender.Way.PROMPTING, 0),
                        tuple(Contender.Way.PROMPTING, 2),
                        tuple(Contender.Way.FINE_TUNING, 30),
                        tuple(Contender.Way.FROM_SCRATCH, 30));
        Contender none = report.entries().get(0);
        assertThat(none.tokens()).isZero();
        assertThat(none.seconds()).isZero();
        assertThat(none.total()).isEqualTo(26);
        assertThat(report.entries().get(1).tokens()).isEqualTo(2 * ("say a".length() + "ok".length()));
        Contender tuned = report.entries().get(2);
        assertThat(tuned.right()).isEqualTo(26);
        assertThat(tuned.seconds()).isPositive();

        assertThat(TextTable.render(report.table(), TextTable.Ink.PLAIN))
                .contains("fine-tuning", "30 steps", "100.0 %");
        JsonNode json = JsonFiles.read(folder.resolve("out/contest.json"));
        assertThat(json.path("entries")).hasSize(4);
        assertThat(Files.size(folder.resolve("out/contest.png"))).isGreaterThan(5_000);
    }

    @Test
    void moreExamplesThanTasksAreRefused() {
        assertThatThrownBy(() -> StartComparison.hold(file("shots: [27]\nsteps: []"), RunObserver.none()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("has 26 tasks, fewer than the 27 examples");
    }

    @Test
    void aContestWithoutContestantsIsRefused() {
        assertThatThrownBy(() -> file("shots: []\nsteps: []"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("shots and steps name no contestant");
    }

    private ComparisonFile file(String more) {
        List<String> lines = List.of(
                "model: %s/model".formatted(folder),
                "output: %s/out".formatted(folder),
                "train: %s/tasks.jsonl".formatted(folder),
                "cases: %s/tasks.jsonl".formatted(folder),
                "max-tokens: 8",
                "rows-per-step: 8",
                "fine-tuning-rate: 1.0e-2",
                more);
        return ComparisonFile.read(Settings.parse("contest.yaml", String.join("\n", lines)))
                .value();
    }
}
