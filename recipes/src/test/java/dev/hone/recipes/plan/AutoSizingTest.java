package dev.hone.recipes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.StartValues;
import dev.hone.report.MetricsFile;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run decides when it begins: 26 rows, 4 to a step, so 7 steps an epoch. */
class AutoSizingTest {
    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyRun.in(folder);
    }

    /** Half an hour is more than 40 epochs of so little take: 280 steps, of which the test makes three. */
    @Test
    void minutesBecomeAsManyStepsAsTeachSomething() {
        Trainer.Outcome outcome = run("timed", 3, "training.minutes=30");
        assertThat(outcome.progress().step()).isEqualTo(3);
        assertThat(new StartValues(folder.resolve("timed/decided.json")).get(StartValues.STEPS))
                .hasValue(280);
        assertThat(said)
                .anyMatch(line -> line.startsWith("30 minutes: 280 steps"))
                .anyMatch(line -> line.contains("40.00 epochs; more than 40 would teach nothing"));
    }

    /** So little time that a step is all there is. */
    @Test
    void thereIsAlwaysAStep() throws IOException {
        assertThat(run("short", 9, "training.minutes=0.0001").progress().step()).isEqualTo(1);
        assertThat(MetricsFile.read(folder.resolve("short/metrics.jsonl"))).hasSize(1);
    }

    @Test
    void whatWasDecidedIsKeptWhenARunResumes() {
        run("kept", 2, "training.minutes=30");
        StartValues decided = new StartValues(folder.resolve("kept/decided.json"));
        assertThat(decided.get(StartValues.TOKENS_PER_BATCH)).hasValue(2048);
        decided.put(StartValues.STEPS, 5);
        decided.put(StartValues.TOKENS_PER_BATCH, 96);
        said.clear();
        assertThat(run("kept", 9, "training.minutes=30").progress().step()).isEqualTo(5);
        assertThat(said)
                .anyMatch(line -> line.startsWith("rows-per-batch: auto takes at most 96 tokens instead of 2,048"))
                .noneMatch(line -> line.startsWith("30 minutes"));
    }

    @Test
    void aPlanReportsStepsMemoryTimeAndDiskAndLeavesNothing() {
        Plan plan = Planning.of(read("planned").value(), Planning.Clock.RUN, TinyRun.stoppingAfter(9, said::add));
        assertThat(plan.steps()).isEqualTo(21);
        assertThat(plan.epochs()).isEqualTo(3);
        assertThat(plan.fits()).isTrue();
        assertThat(plan.pace().seconds(21)).isPositive();
        assertThat(plan.text()).contains("21 steps, 3.00 epochs", "Java and libtorch", "fits:", "on disk:");
        assertThat(plan.json().path("memory").path("peak").asLong())
                .isEqualTo(plan.peak().bytes());
        assertThat(folder.resolve("planned")).doesNotExist();
    }

    private Configured<RunFile> read(String name, String... changes) {
        return RunFile.read(settings(name, changes));
    }

    private Settings settings(String name, String... changes) {
        return Settings.parse("run.yaml", """
                method: sft
                model: %1$s/model
                output: %1$s/%2$s
                data: {train: %1$s/rows.jsonl}
                training: {rows-per-step: 4, compute: fp32, workers: 1}
                """.formatted(folder, name)).set(changes);
    }

    private Trainer.Outcome run(String name, int steps, String... changes) {
        Settings settings = settings(name, changes);
        return TinyRun.train(settings, TinyRun.stoppingAfter(steps, said::add));
    }
}
