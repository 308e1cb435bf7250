package dev.hone.recipes.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that would be read and change nothing. */
class IdleSettingsTest {
    /** A file of the method whose last settings stand on lines of their own. */
    private static Configured<RunFile> read(String method, String... assignments) {
        String yaml = "method: " + method + "\nmodel: m\noutput: o\ndata: {train: a.jsonl}\n"
                + (method.equals("distill") ? "distill: {teacher: t}\n" : "");
        return RunFile.read(Settings.parse("run.yaml", yaml).set(assignments));
    }

    /** Key, the value that is refused, and what makes it idle, in the file of a method; ; parts assignments. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    dpo     | dpo.smoothing=0.3                        |
                    dpo     | dpo.smoothing=0.3                        | dpo.loss=hinge
                    dpo     | dpo.smoothing=0.3                        | dpo.loss=[sigmoid, ipo]
                    dpo     | dpo.divergence=js                        | dpo.loss=ipo
                    dpo     | dpo.divergence=forward-kl                | dpo.loss=aot
                    dpo     | dpo.divergence=alpha                     | dpo.loss=[nca-pair, bco-pair, sppo-hard, apo-zero, apo-down]
                    dpo     | dpo.divergence=js                        | dpo.loss=sigmoid-norm
                    dpo     | dpo.loss=[sigmoid, {name: hinge, weight: 0}] |
                    dpo     | dpo.beta=0.3                             | dpo.loss=[]; dpo.likelihood=1
                    dpo     | dpo.weighting=policy                     | dpo.loss=[]; dpo.likelihood=1
                    dpo     | dpo.length-desensitisation=0.5           | dpo.loss=[]; dpo.likelihood=1
                    dpo     | dpo.synchronise={every: 10}              | dpo.reference=on-the-fly; training.steps=10
                    kto     | kto.synchronise={every: 512}             | kto.reference=on-the-fly; training.steps=100
                    sft     | data.replay.loss-weight=2                | data.replay.path=g.jsonl
                    cpt     | data.replay.loss-weight=2                | data.replay.path=g.jsonl
                    reward  | data.packing=true                        |
                    reward  | data.replay=g.jsonl                      |
                    sft     | training.early-stop.patience=1           |
                    sft     | training.early-stop.patience=1           | training.evaluate-every=0; data.evaluate=0.1
                    sft     | training.evaluate-every=10               |
                    sft     | training.early-stop.patience=1           | training.evaluate-every=10; data.evaluate=0.1; training.steps=10
                    sft     | training.schedule.warmup=1               | training.steps=1
                    sft     | training.schedule.kind=cosine-warmup-with-min-lr | training.steps=1
                    sft     | training.learning-rate=1e-50             |  training.steps=10
                    sft     | training.keep-checkpoints=5              | training.checkpoint-every=0
                    sft     | training.rows-per-batch=16               |
                    sft     | training.tokens-per-batch=512            | training.rows-per-batch=2
                    sft     | training.schedule.floor=0.1              | training.schedule.kind=constant
                    sft     | training.schedule.floor=0.1              | training.schedule.kind=inverse-sqrt
                    sft     | training.schedule.decay=0.2              | training.schedule.kind=cosine
                    sft     | training.schedule.decay-shape=linear     | training.schedule.kind=linear
                    sft     | training.schedule.decay-shape=linear     | training.schedule.kind=warmup-stable-decay; training.schedule.decay=0
                    sft     | training.schedule.cycles=3               | training.schedule.kind=cosine
                    sft     | training.schedule.power=2                | training.schedule.kind=cosine
                    sft     | training.optimizer.momentum=0.9          | training.optimizer.kind=adamw
                    sft     | training.optimizer.betas=[0.9, 0.99]     | training.optimizer.kind=muon; adapter.rank=8
                    sft     | training.optimizer.epsilon=1e-6          | training.optimizer.kind=muon; adapter.rank=8
                    """)
    void aSettingWithoutEffectIsRefusedByName(String method, String idle, String others) {
        String key = idle.substring(0, idle.indexOf('='));
        String leaf = key.endsWith(".kind")
                ? "training.schedule"
                : key.equals("training.early-stop.patience") ? "training.early-stop" : key;
        String all = others == null ? idle : others + ";" + idle;
        String[] assignments = all.strip().split("\\s*;\\s*");
        assertThatThrownBy(() -> read(method, assignments))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        leaf.startsWith("data.replay") || leaf.equals("data.packing") ? "data.replay" : leaf)
                .satisfies(e -> assertThat(e.getMessage()).containsAnyOf("leave", "lower it", "take", "usual"));
    }

    /** The same settings where they have an effect. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    dpo  | dpo.smoothing=0.3; dpo.loss=cdpo
                    dpo  | dpo.smoothing=0.3; dpo.loss=[sigmoid, robust]
                    dpo  | dpo.divergence=js; dpo.loss=[ipo, discopop]
                    dpo  | dpo.weighting=policy; dpo.length-desensitisation=0.5; dpo.likelihood=1
                    dpo  | dpo.reference=on-the-fly; dpo.synchronise.every=9; training.steps=10
                    cpo  | cpo.smoothing=0.3
                    dpo  | data.replay.path=g.jsonl; data.replay.loss-weight=2; data.packing=true
                    distill | data.replay.path=g.jsonl; data.replay.loss-weight=2
                    sft  | data.evaluate=0.1; training.evaluate-every=10; training.early-stop.patience=1
                    sft  | data.evaluate=0.1; training.evaluate-every=0
                    sft  | training.evaluate-every=0; training.checkpoint-every=0
                    sft  | training.keep-checkpoints=5
                    sft  | training.rows-per-batch=8; training.tokens-per-batch=512; data.evaluate=0.1
                    sft  | training.schedule.kind=warmup-stable-decay; training.schedule.decay=0.2; training.schedule.decay-shape=linear; training.schedule.floor=0.1
                    sft  | training.schedule.kind=cosine-with-restarts; training.schedule.cycles=3; training.schedule.floor=0.1
                    sft  | training.schedule.kind=polynomial; training.schedule.power=2; training.schedule.warmup=5
                    sft  | training.schedule=constant
                    sft  | training.steps=1
                    sft  | training.steps=1; training.schedule.kind=cosine-warmup-with-min-lr; training.schedule.floor=0.1
                    sft  | training.steps=5; training.schedule.warmup=100
                    sft  | data.evaluate=0.1; training.evaluate-every=9; training.early-stop.patience=5; training.steps=10
                    sft  | training.optimizer.kind=muon; training.optimizer.momentum=0.9; training.optimizer.betas=[0.9, 0.99]
                    reward | training.optimizer.kind=muon; training.optimizer.betas=[0.9, 0.99]; adapter.rank=8
                    sft  | data.train=[{path: a.jsonl, weight: 2}, b.jsonl]
                    """)
    void theSameSettingIsTakenWhereItHasOne(String method, String assignments) {
        assertThatCode(() -> read(method, assignments.strip().split("\\s*;\\s*")))
                .doesNotThrowAnyException();
    }

    @Test
    void allOfThemAreReportedAtOnceEachWithItsLine() {
        assertThatThrownBy(() -> RunFile.read(Settings.parse("run.yaml", """
                        method: dpo
                        model: m
                        output: o
                        data: {train: a.jsonl}
                        dpo:
                          beta: 0.1
                          smoothing: 0.3
                        training:
                          early-stop: {patience: 1}
                          schedule:
                            kind: constant
                            floor: 0.1
                        """)))
                .hasMessageContaining("run.yaml:7: dpo.smoothing (0.3) has no effect on loss sigmoid")
                .hasMessageContaining("set dpo.loss: cdpo, or leave it out")
                .hasMessageContaining("run.yaml:9: training.early-stop has nothing to measure")
                .hasMessageContaining("run.yaml:12: training.schedule.floor (0.1) has no effect on kind constant");
        assertThatThrownBy(() -> RunFile.read(Settings.parse("run.yaml", """
                        method: sft
                        model: m
                        output: o
                        data:
                          train: a.jsonl
                          replay:
                            path: g.jsonl
                            loss-weight: 2
                        """)))
                .hasMessageContaining("run.yaml:8: data.replay.loss-weight (2.0) has no effect on sft");
    }

    /** Each name that fits nothing is told with the nearest there is, although others fit. */
    @Test
    void targetsThatNoModuleHasAreRefusedBeforeTheModelIsLoaded() {
        String yaml = "method: sft\nmodel: ../small-model\noutput: o\ndata: {train: a.jsonl}\nadapter:\n  rank: 8\n";
        assertThatThrownBy(() -> RunFile.read(Settings.parse(
                        "run.yaml", yaml + "  targets: [q_proj, vproj, o_prj, lm_head, layers.99.self_attn.q_proj]")))
                .hasMessageContaining(
                        "run.yaml:7: adapter.targets: no module of this model is named vproj (did you mean"
                                + " v_proj?), o_prj (did you mean o_proj?), lm_head, layers.99.self_attn.q_proj")
                .hasMessageContaining(
                        "there are all-linear, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj,"
                                + " and full names such as model.layers.0.self_attn.q_proj");
        for (String targets : new String[] {
            "all-linear", "[q_proj, v_proj]", "[model.layers.0.self_attn.q_proj]", "[layers.1.mlp.up_proj, ALL-LINEAR]"
        }) {
            assertThatCode(() -> RunFile.read(Settings.parse("run.yaml", yaml + "  targets: " + targets)))
                    .doesNotThrowAnyException();
        }
    }

    /** The stages of a pipeline share settings that not each of them has a use for. */
    @Test
    void whatSeveralRunsShareNeedsNoEffectOnEach() {
        Settings own = Settings.parse("pipeline.yaml", "method: sft\nmodel: m\noutput: o\ndata: {train: a.jsonl}");
        Settings shared = Settings.parse("pipeline.yaml", "training: {evaluate-every: 10}");
        assertThat(RunFile.read(own.over(shared), own)
                        .value()
                        .training()
                        .hyperparameters()
                        .evaluateEvery())
                .isEqualTo(10);
        assertThatThrownBy(() -> RunFile.read(own.over(shared))).hasMessageContaining("evaluate-every (10)");
        assertThatCode(() -> RunFile.recorded(own.over(shared))).doesNotThrowAnyException();
    }

    /** What a run writes down of itself can be read again. */
    @Test
    void defaultsThatAreSpelledOutAreTaken() {
        for (String method : new String[] {"pretrain", "cpt", "sft", "reward", "dpo", "simpo", "cpo", "orpo", "kto"}) {
            String yaml = read(method).toYaml();
            assertThat(RunFile.read(Settings.parse("run-resolved.yaml", yaml)).value())
                    .isEqualTo(read(method).value());
        }
    }
}
