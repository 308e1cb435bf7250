package dev.hone.recipes.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Safetensors;
import dev.hone.config.Settings;
import dev.hone.error.CheckpointException;
import dev.hone.error.StoppedException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.inspect.StepRecomputation;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.train.Trainer.Ending;
import dev.hone.train.Trainer.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of a tiny model that learns to answer with the letter it is given. What it must not lose is another answer, QQ, which it finds as
 * likely as any before the run and less and less likely as it learns.
 */
class GuardedRunTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8}\n";
    private static final String FULL = "";
    private static final int TIMES = 6;

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        tiny = TinyRun.in(folder);
        write("kept.jsonl", "{\"prompt\": \"say %1$c\", \"completion\": \"QQ\"}");
        write("general.jsonl", "{\"prompt\": \"tell %1$c\", \"completion\": \"%1$c7\"}");
        write("cases.jsonl", "{\"prompt\": \"say %1$c\", \"answer\": \"%1$c%1$c\"}");
    }

    private void write(String name, String row) throws IOException {
        Files.write(
                folder.resolve(name),
                IntStream.range(0, 6).mapToObj(i -> row.formatted('a' + i)).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {LORA, FULL})
    void guardsThatOnlyMeasureChangeNothing(String adapter) throws IOException {
        run("plain", adapter);
        run("guarded", adapter + guards("""
                  retention: {texts: [%1$s/kept.jsonl], cases: [{path: %1$s/cases.jsonl, max-tokens: 4}]}
                  task: {cases: [{path: %1$s/cases.jsonl, name: "Letters, 글자", max-tokens: 4}]}
                  forecast: {prompts: 4, tokens: 6}
                  overfitting: {rows: 8}
                  spill-over: {path: %1$s/cases.jsonl, reward: contains, at-most: 100 %%, max-tokens: 4}
                """));

        String result = adapter.isEmpty() ? "final/model.safetensors" : "final/adapter_model.safetensors";
        assertThat(folder.resolve("guarded").resolve(result))
                .hasSameBinaryContentAs(folder.resolve("plain").resolve(result));
        List<MetricsRow> plain = rows("plain");
        List<MetricsRow> guarded = rows("guarded");
        for (int i = 0; i < plain.size(); i++) {
            Map<String, Number> both = new LinkedHashMap<>(guarded.get(i).values());
            both.keySet().retainAll(plain.get(i).values().keySet());
            assertThat(both).isEqualTo(plain.get(i).values());
        }
        assertThat(guarded.get(4).values())
                .containsKeys(
                        "forecast/kl",
                        "gap",
                        "evaluation/trained",
                        "evaluation/retention/kept",
                        "evaluation/retention/kept/lost",
                        "evaluation/retention/cases/low",
                        "evaluation/task/Letters, 글자",
                        "evaluation/spill-over");
        assertThat(folder.resolve("guarded/forecast.jsonl")).isNotEmptyFile();
        assertThat(folder.resolve("guarded/curves/forecast-kl.png")).isNotEmptyFile();
    }

    /** A base that is trained no step is its own distribution; later it is further and further away. */
    @ParameterizedTest
    @ValueSource(strings = {LORA, FULL})
    void theForecastBeginsAtZeroAndRises(String adapter) throws IOException {
        run("run", adapter + guards("  forecast: {prompts: 3, tokens: 5}\n"), "training.evaluate-every=3");

        JsonNode before = JsonFiles.read(folder.resolve("run/baseline.json"));
        assertThat(before.path("forecast/kl").asDouble()).isCloseTo(0, within(1e-6));
        List<MetricsRow> rows = rows("run");
        double early = rows.get(2).value("forecast/kl");
        assertThat(early).isPositive();
        assertThat(rows.get(8).value("forecast/kl")).isGreaterThan(early);
    }

    @Test
    void aRunThatForgetsIsRolledBackToTheLastWeightsWithinItsBudget() throws IOException {
        Outcome outcome = forgetting("run", "roll-back");

        assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
        long step = outcome.progress().step();
        assertThat(step).isPositive();
        List<MetricsRow> rows = rows("run");
        assertThat(rows.get(rows.size() - 1).step()).isEqualTo(step);
        assertThat(lost(rows)).isLessThan(0.02);
        ObjectNode gates = JsonFiles.read(folder.resolve("run/gates.json"));
        assertThat(gates.path("holds").asBoolean()).isTrue();
        assertThat(gates).isEqualTo(JsonFiles.read(folder.resolve("run/final/gates.json")));
        JsonNode fired =
                JsonFiles.read(folder.resolve("run/guards.json")).path("fired").path(0);
        assertThat(fired.path("action").asText()).isEqualTo("roll-back");
        assertThat(fired.path("step").asLong()).isEqualTo(step + 2);
        assertThat(MetricsFile.read(folder.resolve("run/undone-" + (step + 2) + ".jsonl")))
                .extracting(MetricsRow::step)
                .containsExactly(step + 1, step + 2);
        assertThat(said).anyMatch(line -> line.startsWith("guard, step " + (step + 2) + ": kept "));
    }

    /** The step it went back to is that of a run which was never guarded, interrupted there. */
    @Test
    void theResultOfARollBackIsWhatTheRunWasAtThatStep() throws IOException {
        long step = forgetting("rolled", "roll-back").progress().step();
        run(
                "plain",
                FULL,
                TinyRun.stoppingAfter((int) step),
                "training.steps=60",
                "training.evaluate-every=2",
                "training.learning-rate=3e-3",
                "training.schedule={kind: constant}");

        Map<String, float[]> plain = weights("plain", step);
        Map<String, float[]> rolled = weights("rolled", step);
        assertThat(plain).isNotEmpty();
        plain.forEach((name, values) -> assertThat(rolled.get(name)).as(name).containsExactly(values));
    }

    private Map<String, float[]> weights(String name, long step) {
        Path file = folder.resolve(name).resolve("checkpoints/step-%08d/state.safetensors".formatted(step));
        Map<String, float[]> weights = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            Safetensors tensors = Safetensors.open(file);
            tensors.names().stream()
                    .filter(tensor -> tensor.startsWith("weight.") || tensor.startsWith("optimizer."))
                    .forEach(tensor -> weights.put(
                            tensor, tensors.tensor(tensor).to(DType.F32).floats()));
        }
        return weights;
    }

    @Test
    void aRunThatIsStoppedKeepsItsResultAndItsGateFails() throws IOException {
        Outcome outcome = forgetting("run", "stop");

        assertThat(outcome.ending()).isEqualTo(Ending.GUARD_STOP);
        assertThat(outcome.progress().step()).isLessThan(60);
        assertThat(lost(rows("run"))).isGreaterThan(0.02);
        GuardReport report = GuardReport.read(folder.resolve("run"));
        assertThat(report.holds()).isFalse();
        assertThat(report.lines()).anyMatch(line -> line.startsWith("gate failed: kept "));
        assertThat(folder.resolve("run/final/model.safetensors")).exists();
        assertThat(outcome.progress().bestStep()).isLessThan(outcome.progress().step());
    }

    @Test
    void aRunThatIsWarnedGoesOnAndItsBestWeightsAreWithinTheBudget() throws IOException {
        Outcome outcome = forgetting("run", "warn");

        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(outcome.progress().step()).isEqualTo(60);
        long best = outcome.progress().bestStep();
        assertThat(rows("run").get((int) best - 1).value("evaluation/retention/kept/lost"))
                .isLessThan(0.02);
        double lowest = rows("run").stream()
                .mapToDouble(row -> row.value("evaluation-loss"))
                .filter(Double::isFinite)
                .min()
                .orElseThrow();
        assertThat(lowest).isLessThan(outcome.progress().bestValue());
        assertThat(GuardReport.read(folder.resolve("run")).holds()).isFalse();
    }

    /** 10 % until the budget is first exceeded, then 20, 40 and 80 % from the last good step; then there is no more to raise. */
    @Test
    void replayIsRaisedFromTheLastWeightsWithinTheBudget() throws IOException {
        Outcome outcome = forgetting("run", "raise-replay", replay());

        List<MetricsRow> rows = rows("run");
        assertThat(rows).hasSize((int) outcome.progress().step());
        assertThat(lost(rows)).isLessThan(0.02);
        JsonNode fired = JsonFiles.read(folder.resolve("run/guards.json")).path("fired");
        assertThat(fired.path(0).path("action").asText()).isEqualTo("raise-replay");
        int from = fired.path(0).path("step").asInt() - 2;
        assertThat(mean(rows.subList(0, from))).isCloseTo(0.1, within(0.06));
        assertThat(said)
                .contains("continuing after step " + from + " with 20 % of the trained tokens replayed")
                .anyMatch(line -> line.endsWith("with 40 % of the trained tokens replayed"))
                .noneMatch(line -> line.endsWith("with 160 % of the trained tokens replayed"));
        assertThat(rows.size() == from || mean(rows.subList(from, rows.size())) > 0.15)
                .isTrue();
        assertThat(GuardReport.read(folder.resolve("run")).holds()).isTrue();
        assertThat(StepRecomputation.of(folder.resolve("run"), rows.size(), 0, RunObserver.none())
                        .orElseThrow()
                        .isExact())
                .isTrue();
    }

    private static double mean(List<MetricsRow> rows) {
        return rows.stream()
                .mapToDouble(row -> row.value("share/replay"))
                .average()
                .orElseThrow();
    }

    /** Interrupted with a save or killed without one, each time the run asks whether to go on. */
    @ParameterizedTest
    @ValueSource(strings = {"roll-back", "raise-replay", "stop"})
    void whereverARunIsStoppedOrKilledItEndsWithTheSameBytes(String action) throws IOException {
        String[] changes = {"training.steps=14", "data.replay={path: " + folder + "/general.jsonl, share: 0.1}"};
        Asked counting = new Asked(Integer.MAX_VALUE, false);
        forgetting("straight", action, counting, changes);
        int asked = counting.count;
        assertThat(JsonFiles.read(folder.resolve("straight/guards.json"))
                        .path("fired")
                        .size())
                .isPositive();
        for (int i = 0; i < TIMES; i++) {
            int question = asked - 1 - i * asked / TIMES * 2 / 3; // the guard's work is in the later part of a run
            boolean kill = i % 2 == 0;
            String name = action + question + kill;
            try {
                forgetting(name, action, new Asked(question, kill), changes);
            } catch (Killed | StoppedException e) {
                // resumed below
            }
            if (!Files.exists(folder.resolve(name).resolve("finished"))) {
                forgetting(name, action, RunObserver.none(), changes);
            }
            for (String file : List.of(
                    "final/model.safetensors", "final/gates.json", "gates.json", "guards.json", "baseline.json")) {
                assertThat(folder.resolve(name).resolve(file))
                        .as(name)
                        .hasSameBinaryContentAs(folder.resolve("straight").resolve(file));
            }
            assertThat(withoutTime(name)).as(name).isEqualTo(withoutTime("straight"));
        }
    }

    @Test
    void aTaskChoosesTheBestWeightsAndStopsEarly() throws IOException {
        Outcome outcome = run(
                "run",
                LORA + guards("  task: {cases: [{path: %1$s/cases.jsonl, name: letters, max-tokens: 4}]}\n"),
                "training.steps=40",
                "training.evaluate-every=2",
                "training.learning-rate=1e-8",
                "training.early-stop={patience: 3}");

        assertThat(outcome.ending()).isEqualTo(Ending.EARLY_STOP);
        assertThat(outcome.progress().best().validation()).isEqualTo("task/letters");
        assertThat(rows("run").get(1).values()).containsKeys("evaluation/task/letters", "evaluation-loss");
    }

    @Test
    void aRunWhoseBaselineIsGoneIsNotResumedWithoutIt() throws IOException {
        forgetting("run", "warn", TinyRun.stoppingAfter(4));
        Files.delete(folder.resolve("run/baseline.json"));

        assertThatThrownBy(() -> forgetting("run", "warn"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("baseline.json: has no retention/kept");
    }

    private String[] replay() {
        return new String[] {"data.replay={path: " + folder + "/general.jsonl, share: 0.1}"};
    }

    private double lost(List<MetricsRow> rows) {
        return rows.get(rows.size() - 1).value("evaluation/retention/kept/lost");
    }

    private Outcome forgetting(String name, String action, String... changes) {
        return forgetting(name, action, TinyRun.listening(said::add), changes);
    }

    private Outcome forgetting(String name, String action, RunObserver observer, String... changes) {
        List<String> all = new ArrayList<>(List.of(
                "training.steps=60",
                "training.evaluate-every=2",
                "training.learning-rate=3e-3",
                "training.schedule={kind: constant}"));
        all.addAll(List.of(changes));
        Settings settings = Settings.parse("run.yaml", tiny.yaml(name, FULL + guards("""
                          retention: {texts: [%1$s/kept.jsonl]}
                          forget-at-most: 2 %%
                          on-forgetting: """ + " " + action + "\n")))
                .set(all);
        return TinyRun.train(settings, observer);
    }

    private Outcome run(String name, String adapter, RunObserver observer, String... changes) {
        return tiny.run(name, adapter, observer, changes);
    }

    private Outcome run(String name, String adapter, String... changes) {
        return tiny.run(name, adapter, TinyRun.listening(said::add), changes);
    }

    private String guards(String body) {
        return "guards:\n"
                + body.indent(0)
                        .formatted(folder)
                        .lines()
                        .map(line -> "  " + line.strip() + "\n")
                        .reduce("", String::concat);
    }

    private List<MetricsRow> rows(String name) throws IOException {
        return withoutTime(name);
    }

    private List<MetricsRow> withoutTime(String name) throws IOException {
        return MetricsFile.read(folder.resolve(name).resolve("metrics.jsonl")).stream()
                .map(row -> {
                    Map<String, Number> values = new LinkedHashMap<>(row.values());
                    values.remove("seconds");
                    return new MetricsRow(row.step(), values);
                })
                .toList();
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Asks to stop at a question and from then on, or ends the process as a kill does. */
    private static final class Asked implements RunObserver {
        private final int question;
        private final boolean kill;
        private int count;

        Asked(int question, boolean kill) {
            this.question = question;
            this.kill = kill;
        }

        @Override
        public void say(String line) {}

        @Override
        public Work begin(String label, String unit, long total, long from) {
            return RunObserver.none().begin(label, unit, total, from);
        }

        @Override
        public boolean getAsBoolean() {
            count++;
            if (count >= question && kill) {
                throw new Killed();
            }
            return count >= question;
        }
    }
}
