package dev.hone.recipes.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.objective.SimPo;
import dev.hone.recipes.method.DpoSettings;
import dev.hone.recipes.method.GrpoSettings;
import dev.hone.recipes.method.SimPoSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFileTest {
    private static final String SHORT = """
            method: %s
            model: m
            output: o
            data: {train: rows.jsonl}
            """;

    /** What docs/run-file.md says is left out changes nothing where it is left out; of its guards, GuardPageTest says so. */
    @Test
    void theDocumentedDefaultsAreTheDefaults() throws IOException {
        String page = Files.readString(Path.of("../docs/run-file.md"));
        String yaml = block(page, 0);
        RunFile documented = read(yaml);
        RunFile bare = read("""
                method: dpo
                model: models/base
                output: runs/first
                data: {train: pairs.jsonl, evaluate: {share: 0.05}, replay: general.jsonl, dataset-info: data/dataset_info.json}
                adapter: {kind: lora}
                training: {early-stop: {}}
                """);
        assertThat(documented.guards()).isNotNull();
        assertThat(new RunFile(
                        documented.method(),
                        documented.model(),
                        documented.output(),
                        documented.data(),
                        documented.adapter(),
                        documented.training(),
                        null,
                        documented.report(),
                        documented.rewards(),
                        documented.rollout(),
                        documented.alarms()))
                .isEqualTo(bare);
    }

    /** The first block of YAML from a place on. */
    private static String block(String page, int from) {
        int begin = page.indexOf("```yaml", from) + 7;
        return page.substring(begin, page.indexOf("```", begin));
    }

    @Test
    void theDocumentedDefaultsOfRolloutsAreTheDefaults() throws IOException {
        String page = Files.readString(Path.of("../docs/run-file.md"));
        String paths = "model: models/base\noutput: runs/first\n";
        RunFile documented = read(paths + block(page, page.indexOf("## Learning from samples")));
        RunFile bare = read(paths + """
                method: grpo
                data: {train: prompts.jsonl, evaluate: held-out.jsonl}
                rewards: [numeric, {kind: format, weight: 0.2}]
                """);

        assertThat(documented.rollout()).isEqualTo(bare.rollout());
        assertThat(documented.rewards()).isEqualTo(bare.rewards());
        assertThat(((GrpoSettings) documented.method()).advantages())
                .isEqualTo(((GrpoSettings) bare.method()).advantages());
        assertThat(documented.data()).isEqualTo(bare.data());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "method: sft, rewards: exact | rewards have no effect on method: sft",
                "method: sft, rollout: {group-size: 8} | rollout has no effect on method: sft",
                "method: grpo | method: grpo needs rewards",
                "method: grpo, rewards: exact, training: {rows-per-step: 6} | rows-per-step (6) must be a multiple of rollout.group-size (4)",
                "method: grpo, rewards: exact, data: {train: a.jsonl, packing: true} | data.packing and data.replay have no effect on grpo",
                "method: grpo, rewards: exact, data: {rollouts: a.jsonl} | rewards and rollout have no effect on recorded rollouts",
                "method: grpo, data: {rollouts: a.jsonl, train: b.jsonl} | leave one of them out",
                "method: grpo, data: {rollouts: a.jsonl}, grpo: {passes: 2} | passes has no effect on recorded rollouts",
                "method: grpo, data: {rollouts: a.jsonl}, grpo: {advantage: apart} | advantage: apart has no weights for the rewards of recorded rollouts",
                "method: sft, data: {rollouts: a.jsonl} | data.rollouts (a.jsonl) are for methods that learn from a policy",
                "method: ppo, rewards: exact, rollout: {resample-even-groups: 2} | resample-even-groups has no effect on method: ppo",
                "method: grpo, rewards: exact, rollout: {resample-even-groups: 2, group-size: 1} | needs a groupSize above 1",
                "method: grpo, rewards: exact, rollout: {turns: 2} | has no effect without tools",
                "method: grpo, rewards: exact, rollout: {tools: search} | tools (search) must be calculator, class:NAME or command:LINE",
                "method: grpo, rewards: exact, rollout: {tools: 'class:java.lang.String'} | does not implement dev.hone.rollout.tools.Tools",
                "method: grpo, rewards: [exact, {kind: 'cosine:9/exact', name: short}], grpo: {advantage: max-rl} | rewards: short (cosine:9/exact, weight 1.0) can be below 0",
                "method: grpo, rewards: [exact, {kind: tone:polite, weight: -1}], grpo: {advantage: max-rl} | divides by the mean of rewards that are 0 or more",
                "method: sft, data: {shuffle: true} | train names no file"
            })
    void whatAMethodDoesNotSampleOrJudgeIsRefused(String settings, String reason) {
        String yaml = "{model: m, output: o, " + (settings.contains("data:") ? "" : "data: {train: a.jsonl}, ")
                + settings + "}";
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"sft, 2e-5", "cpt, 2e-5", "pretrain, 1e-3", "dpo, 1e-6", "kto, 1e-6"})
    void theRateFollowsTheMethod(String method, double rate) {
        assertThat(read(SHORT.formatted(method)).training().hyperparameters().learningRate())
                .isEqualTo(rate);
    }

    /** Dr. GRPO divides by the longest completion, which is what is sampled at most; another loss has no such divisor. */
    @Test
    void theLengthThatALossDividesByIsTheLongestThatIsSampled() {
        String run =
                "model: m\noutput: o\ndata: {train: a.jsonl}\nmethod: grpo\nrewards: exact\nrollout: {max-completion-tokens: 96}\n";
        assertThat(divisor(run + "grpo: {loss: dr-grpo}")).isEqualTo(96);
        assertThat(divisor(run + "grpo: {loss: dr-grpo, max-completion-tokens: 50}"))
                .isEqualTo(50);
        assertThat(divisor(run)).isEqualTo(256);
    }

    private static int divisor(String yaml) {
        return ((GrpoSettings) read(yaml).method()).objective().maxCompletionTokens();
    }

    @Test
    void aMethodsOwnSettingsAreThereWithoutBeingWritten() {
        RunFile simpo = read(SHORT.formatted("simpo"));
        assertThat(simpo.method()).isEqualTo(new SimPoSettings(new SimPo(2, 1, 0)));
    }

    @Test
    void settingsOfAnotherMethodAreRefused() {
        assertThatThrownBy(() -> read(SHORT.formatted("sft") + "dpo: {beta: 0.2}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dpo has no effect on method sft");
    }

    @Test
    void resolvedSettingsStandUnderTheirMethodsNameAndReadBackAlike() {
        Settings written = Settings.parse("run.yaml", SHORT.formatted("dpo") + "dpo: {beta: 0.2}");
        Configured<RunFile> run = RunFile.read(written);
        assertThat(run.toYaml()).contains("method: dpo  # run.yaml:1", "dpo:\n  beta: 0.2  # run.yaml:5");
        assertThat(read(run.toYaml())).isEqualTo(run.value());
    }

    @Test
    void severalLossesOfDpoAreAdded() {
        RunFile mixed = read(SHORT.formatted("dpo")
                + "dpo: {loss: [{name: sigmoid, weight: 0.8}, {name: bco-pair, weight: 0.2}], likelihood: 1.0}");
        assertThat(((DpoSettings) mixed.method()).objective().toString()).contains("SIGMOID=0.8", "BCO_PAIR=0.2");
    }

    @Test
    void aSourceBesideWeightedOnesWeighsOneAndASingleOneNeedsNoWeight() {
        String rows = "train: rows.jsonl";
        assertThat(read(SHORT.formatted("sft").replace(rows, "train: [a.jsonl, {path: b.jsonl, weight: 3}]"))
                        .data()
                        .weights())
                .containsExactly(1.0, 3.0);
        assertThat(read(SHORT.formatted("sft").replace(rows, "train: [a.jsonl, b.jsonl]"))
                        .data()
                        .weights())
                .isEmpty();
        assertThat(read(SHORT.formatted("sft").replace(rows, "train: {path: a.jsonl, weight: 2}"))
                        .data()
                        .weights())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train: [{path: a, weight: 0}] | weight (0.0) must be positive",
                "train: a, replay: {path: b, share: 1.0} | data.replay.share (1.0) must be above 0 and below 1",
                "train: a, replay: {path: b, loss-weight: -1} | data.replay.loss-weight (-1.0) must be positive",
                "train: a, replay: {share: 0.5} | data.replay.path is missing",
                "train: a, replay: {path: b, loss-weight: 2} | data.replay.loss-weight (2.0) has no effect on sft"
            })
    void sourcesThatCannotBeAreNamed(String data, String message) {
        assertThatThrownBy(() -> read(SHORT.formatted("sft").replace("train: rows.jsonl", data)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training: {optimizer: {betas: [0.9]}} | training.optimizer.betas ([0.9]) must be two numbers",
                "training: {optimizer: {kind: muon, momentum: 1}} | training.optimizer.momentum (1.0) must be at least 0",
                "training: {schedule: {warmup: -1}} | training.schedule.warmup (-1.0) must not be negative",
                "training: {max-gradient-norm: -1} | training.max-gradient-norm (-1.0) must not be negative",
                "adapter: {rank: 0} | adapter.rank (0) must be positive",
                "sft: {smoothing: 1} | sft.smoothing (1.0) must be at least 0 and below 1"
            })
    void whatARecordOfCoreRefusesIsReportedAtItsKeyBeforeARun(String settings, String message) {
        assertThatThrownBy(() -> read(SHORT.formatted("sft") + settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("run.yaml:5: " + message);
    }

    private static RunFile read(String yaml) {
        return RunFile.read(Settings.parse("run.yaml", yaml)).value();
    }
}
