package dev.hone.recipes.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.recipes.run.ModelPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a pipeline's file, and what its references come to. No model is opened. */
class PipelineFileTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        Files.writeString(folder.resolve("rows.jsonl"), "{}\n");
    }

    @Test
    void everyProblemOfEveryStageIsReportedAtOnceWithItsLine() {
        assertThatThrownBy(() -> read("""
                        output: out
                        stages:
                          - {name: sft, method: sft, model: F/model, data: {train: F/gone.jsonl}, outptu: 3}
                          - {name: one, method: sft, model: stage:two, data: {train: F/rows.jsonl}}
                          - {name: two, method: dop, model: stage:two, data: {train: stage:sft}}
                          - {name: draw, sample: {model: stage:sff, tasks: F/rows.jsonl, reward: best}}
                          - {name: draw, method: sft, model: stage:draw, data: {train: stage:draw/keept.jsonl}}
                          - {name: base, method: sft, model: F/model, data: {train: F/rows.jsonl}, output: x}
                        evaluate: {texts: F/none.jsonl}
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "p.yaml:3: outptu is not a setting",
                        "p.yaml:4: model (stage:two) comes later",
                        "p.yaml:5: method (dop) must be one of",
                        "p.yaml:5: model (stage:two) is this stage itself",
                        "p.yaml:6: sample.model (stage:sff) names no stage",
                        "p.yaml:6: sample.reward: (best) must be exact, contains, numeric, maths, em, f1",
                        "p.yaml:7: name (draw) is taken by the stage at p.yaml:6",
                        "p.yaml:8: name (base) must be made of letters",
                        "p.yaml:8: output is the pipeline's folder and the stage's name",
                        "p.yaml:9: evaluate: " + folder + "/none.jsonl: no such file");
    }

    @Test
    void aReferenceSaysWhatItMayBe() {
        String stages = """
                output: out
                stages:
                  - {name: full, method: sft, model: F/model, data: {train: F/rows.jsonl}}
                  - {name: draw, sample: {model: stage:full, tasks: F/rows.jsonl, reward: exact}}
                """;
        assertThatThrownBy(() -> read(stages + """
                          - {name: a, method: sft, model: stage:draw, data: {train: stage:draw/keept.jsonl}}
                          - {name: b, method: sft, model: stage:fulll, data: {train: stage:full}}
                          - {name: c, method: sft, adapter: {path: stage:full}, data: {train: stage:draw}}
                          - {name: d, method: sft, model: F/model, data: {train: F/gone.jsonl}}
                        """))
                .hasMessageContainingAll(
                        "p.yaml:5: data.train (stage:draw/keept.jsonl) must name a file of the stage: kept.jsonl,"
                                + " pairs.jsonl, samples.jsonl; did you mean stage:draw/kept.jsonl?",
                        "p.yaml:5: model (stage:draw) draws samples and trains no model",
                        "p.yaml:6: model (stage:fulll) names no stage; before it stand full, draw; did you mean"
                                + " stage:full?",
                        "p.yaml:6: data.train (stage:full) trains a model; rows come from a file",
                        "p.yaml:7: adapter.path (stage:full) trained every weight and has no adapter",
                        "p.yaml:7: data.train (stage:draw) must name a file of the stage",
                        "p.yaml:8: data.train[0].path (" + folder + "/gone.jsonl): no such file or folder");
    }

    @Test
    void anAdaptersBaseFollowsTheAdapter() {
        PipelineFile file = read("""
                output: out
                defaults: {model: F/model, adapter: {rank: 4}, training: {seed: 7}}
                stages:
                  - {name: cpt, method: cpt, data: {train: F/rows.jsonl}}
                  - {name: sft, method: sft, model: stage:cpt, data: {train: F/rows.jsonl}, training: {steps: 3}}
                  - {name: on, method: dpo, adapter: {path: stage:sft}, data: {train: F/rows.jsonl}}
                  - {name: same, method: dpo, model: stage:on, adapter: {path: stage:on}, data: {train: F/rows.jsonl}}
                """);
        assertThat(start(file, 0)).isEqualTo(product(folder.resolve("model"), null));
        assertThat(start(file, 1)).isEqualTo(product(Path.of("out/cpt/merged"), null));
        assertThat(start(file, 2)).isEqualTo(product(Path.of("out/cpt/merged"), Path.of("out/sft/final")));
        assertThat(start(file, 3)).isEqualTo(product(Path.of("out/cpt/merged"), Path.of("out/on/final")));
        assertThat(((PipelineStage.TrainingStage) file.stages().get(1))
                        .run()
                        .training()
                        .hyperparameters()
                        .seed())
                .isEqualTo(7);
        assertThat(((PipelineStage.TrainingStage) file.stages().get(1))
                        .run()
                        .training()
                        .length()
                        .steps())
                .isEqualTo(3);
        assertThat(file.stages()).extracting(stage -> stage.place().from()).containsExactly(null, "cpt", "sft", "on");
    }

    @Test
    void anAdapterOnAnotherBaseIsRefused() {
        assertThatThrownBy(() -> read("""
                        output: out
                        stages:
                          - {name: cpt, method: cpt, model: F/model, data: {train: F/rows.jsonl}}
                          - {name: sft, method: sft, model: stage:cpt, adapter: {}, data: {train: F/rows.jsonl}}
                          - {name: on, method: sft, model: F/model, adapter: {path: stage:sft}, data: {train: F/rows.jsonl}}
                        """))
                .hasMessageContaining("is not what the adapter of sft was trained on (out/cpt/final); leave model out");
    }

    @Test
    void roundsHaveNumbersAndEachDrawsAnew() {
        PipelineFile file = read("""
                output: out
                stages:
                  - {name: sft, method: sft, model: F/model, data: {train: F/rows.jsonl}}
                  - repeat: 2
                    stages:
                      - {name: draw, sample: {model: stage:last, tasks: F/rows.jsonl, reward: exact, seed: 5}}
                      - {name: learn, method: sft, model: stage:sft, data: {train: stage:draw/kept.jsonl}}
                """);
        assertThat(file.stages())
                .extracting(PipelineStage::name)
                .containsExactly("sft", "draw-1", "learn-1", "draw-2", "learn-2");
        assertThat(((PipelineStage.SamplingStage) file.stages().get(1)).sample().seed())
                .isEqualTo(5);
        assertThat(((PipelineStage.SamplingStage) file.stages().get(3)).sample().seed())
                .isEqualTo(6);
        assertThat(start(file, 3).model()).isEqualTo(Path.of("out/learn-1/final"));
        assertThat(file.stages().get(4).inputs()).containsEntry("data.train[0].path", Path.of("out/draw-2/kept.jsonl"));
        assertThat(file.indexOf("draw")).isEqualTo(1);
    }

    @Test
    void aRewardMayBeTheModelThatAnEarlierStageTrained() {
        PipelineFile file = read("""
                output: out
                defaults: {data: {train: F/rows.jsonl}}
                stages:
                  - {name: judge, method: reward, model: F/model, adapter: {rank: 4}}
                  - {name: one, method: ppo, model: F/model, rewards: "model:stage:judge"}
                  - {name: two, method: ppo, model: F/model, rewards: [{kind: "model:stage:judge"}, {kind: exact, weight: 0}]}
                  - {name: draw, sample: {model: F/model, tasks: F/rows.jsonl, reward: "model:stage:judge"}}
                """);
        String reward = "model:out/judge/final";
        assertThat(rewards(file, 1)).containsExactly(reward);
        assertThat(rewards(file, 2)).containsExactly(reward, "exact");
        assertThat(((PipelineStage.SamplingStage) file.stages().get(3))
                        .sample()
                        .reward()
                        .name())
                .isEqualTo(reward);
    }

    @Test
    void aRewardIsRefusedWhereTheStageTrainedNoRewardModel() {
        assertThatThrownBy(() -> read("""
                        output: out
                        defaults: {data: {train: F/rows.jsonl}}
                        stages:
                          - {name: sft, method: sft, model: F/model}
                          - {name: one, method: ppo, model: F/model, rewards: "model:stage:sft"}
                          - {name: two, method: ppo, model: F/model, rewards: [exact, "model:stage:sff"]}
                        """))
                .hasMessageContainingAll(
                        "p.yaml:5: rewards (model:stage:sft) trained a model that writes; a reward is the result of a stage with"
                                + " method: reward",
                        "p.yaml:6: rewards[1] (stage:sff) names no stage");
    }

    private static List<String> rewards(PipelineFile file, int stage) {
        return ((PipelineStage.TrainingStage) file.stages().get(stage))
                .run().rewards().rewards().stream()
                        .map(term -> term.kind().name())
                        .toList();
    }

    private static ModelPaths product(Path model, Path adapter) {
        return new ModelPaths(model, adapter);
    }

    private PipelineFile read(String yaml) {
        return PipelineFile.read(Settings.parse("p.yaml", yaml.replace("F/", folder + "/")));
    }

    private static ModelPaths start(PipelineFile file, int stage) {
        return ((PipelineStage.ModelStage) file.stages().get(stage)).start();
    }
}
