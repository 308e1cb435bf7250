package dev.hone.recipes.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsRow;
import dev.hone.train.Progress;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEndingTest {
    private static final String LORA = "adapter: {rank: 2, alpha: 4}\n";

    @TempDir
    Path folder;

    private TinyRun tiny;

    @BeforeEach
    void makeModel() throws IOException {
        tiny = TinyRun.in(folder);
    }

    @Test
    void itSaysTheHeldOutLossBeforeTheFirstStepAndAfterTheLast() {
        List<String> lines = end("run", LORA, "training.learning-rate=1e-3").lines();

        Matcher gain = Pattern.compile("held-out loss ([0-9.]+) before, ([0-9.]+) after")
                .matcher(lines.get(1));
        assertThat(gain.lookingAt()).as(lines.get(1)).isTrue();
        assertThat(Double.parseDouble(gain.group(2))).isLessThan(Double.parseDouble(gain.group(1)));
    }

    @Test
    void whatTheRunGainedIsCountedFromTheUntrainedModel() {
        RunEnding hardlyTrained = end("run", LORA, "training.learning-rate=1e-12");

        assertThat(hardlyTrained.before().value(Baseline.LOSS))
                .isCloseTo(hardlyTrained.lastHeldOut(), within(1e-6))
                .isPositive();
    }

    @Test
    void aRunThatIsResumedKnowsWhatItBeganWith() {
        tiny.run("whole", LORA);
        tiny.run("stopped", LORA, TinyRun.stoppingAfter(4));
        RunEnding resumed = end("stopped", LORA);

        assertThat(resumed.before())
                .isEqualTo(Baseline.read(folder.resolve("whole/baseline.json")))
                .isNotEqualTo(Baseline.read(folder.resolve("none")));
    }

    @Test
    void weightsOfAnEarlierStepAreNamedWhereTheirLossIsLower() {
        RunEnding run = end("run", LORA);
        Progress overfitted = new Progress(9, 100, new Progress.Best("loss", 0.25), 5, 1, false);
        RunEnding ending = new RunEnding(
                run.file(),
                run.folder(),
                new Trainer.Outcome(Trainer.Ending.COMPLETE, overfitted),
                new Baseline(Map.of("evaluation-loss", 0.5)),
                List.of(new MetricsRow(9, Map.of("evaluation-loss", 0.75))),
                run.output(),
                run.model(),
                run.guards());

        assertThat(ending.gain())
                .isEqualTo(
                        "held-out loss 0.5000 before, 0.7500 after: it did not improve; lowest 0.2500 after step 5, whose"
                                + " weights are in " + folder.resolve("run/best"));
        assertThat(ending.commands())
                .allSatisfy(command -> assertThat(command.text()).contains("run/best"));
    }

    @Test
    void withoutHeldOutRowsItSaysHowToHoldSomeOut() {
        String yaml =
                tiny.yaml("run", LORA).replace(", evaluate: {share: 0.1}", "").replace("  evaluate-every: 5\n", "");

        assertThat(end(yaml).gain()).contains("no rows were held out", "data.evaluate: {share: 0.05}");
    }

    @Test
    void anInterruptedRunIsSavedAndSaysHowToResume() {
        RunEnding ending = end("run", LORA, TinyRun.stoppingAfter(4));

        assertThat(ending.lines()).singleElement().asString().startsWith("saved after 4 steps");
        assertThat(ending.commands()).isEmpty();
        assertThat(folder.resolve("run/report.html")).exists();
    }

    @Test
    void pathsWithSpacesAreQuotedInTheCommandsItGives() {
        assertThat(end("my run", LORA).commands().get(0).text())
                .endsWith("--adapter '" + folder.resolve("my run/final") + "'");
    }

    @Test
    void thePageHoldsTheGainTheCurvesTheCommandsAndTheRunFile() throws IOException {
        end("run", LORA);

        assertThat(Files.readString(folder.resolve("run/report.html")))
                .contains("Held-out loss ", "data-column=\"before\"", "<figure class=\"chart\">", "./hone chat --model")
                .contains("rows-per-step: 4");
    }

    private RunEnding end(String name, String adapter, String... changes) {
        return end(name, adapter, RunObserver.none(), changes);
    }

    private RunEnding end(String name, String adapter, RunObserver observer, String... changes) {
        return end(Settings.parse("run.yaml", tiny.yaml(name, adapter)).set(changes), observer);
    }

    private RunEnding end(String yaml) {
        return end(Settings.parse("run.yaml", yaml), RunObserver.none());
    }

    private static RunEnding end(Settings settings, RunObserver observer) {
        Configured<RunFile> configured = RunFile.read(settings);
        try (RunDirectory directory = RunDirectory.open(configured.value().output(), settings, configured)) {
            return Training.run(configured.value(), directory, observer);
        }
    }
}
