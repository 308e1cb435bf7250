package dev.hone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final String HEAD = "method: sft\nmodel: m\noutput: o\ndata: {train: [t]}\nweights: {}\n";

    @Test
    void aFileBecomesRecords() {
        ExampleSettings run = bind(ExampleSettings.YAML);

        assertThat(run.method()).isEqualTo(ExampleSettings.Method.SFT);
        assertThat(run.output()).isEqualTo(Path.of("runs/first"));
        assertThat(run.data())
                .isEqualTo(new ExampleSettings.Data(
                        List.of(new ExampleSettings.Source(Path.of("train.jsonl"), 2)),
                        Optional.of(new ExampleSettings.Held(0.05, null)),
                        512,
                        true));
        assertThat(run.weights()).containsExactly(Map.entry("loss", 1.0), Map.entry("value", 0.5));
    }

    @Test
    void whatIsLeftOutComesFromTheDefaultsOfTheRecord() {
        ExampleSettings run = bind(ExampleSettings.YAML);

        assertThat(run.adapter()).isEqualTo(new ExampleSettings.Adapter.Lora(8, 32, List.of("all-linear")));
        assertThat(run.training().seed()).isEqualTo(42);
        assertThat(run.training().earlyStop()).contains(new ExampleSettings.Stop(5, 0));
    }

    @Test
    void anAlternativeThatIsGivenPutsTheDefaultOfTheOthersAside() {
        assertThat(bind(HEAD + "training: {steps: 9}").training().epochs()).isNull();
        assertThat(bind(HEAD).training().epochs()).isEqualTo(3.0);
    }

    @Test
    void aNullableSettingCanBeEmptiedThoughItHasADefault() {
        ExampleSettings run = bind(HEAD + "training: {early-stop: null, epochs: ~}");

        assertThat(run.training().earlyStop()).isEmpty();
        assertThat(run.training().epochs()).isNull();
        assertThat(run.adapter()).isNull();
    }

    @Test
    void aGroupWithNothingInItHasItsDefaults() {
        assertThat(bind(HEAD + "training:\n#  seed: 7\n").training()).isEqualTo(ExampleSettings.Training.defaults());
    }

    @Test
    void aSingleValueMayStandForAListOfIt() {
        assertThat(bind(HEAD + "adapter: {targets: q_proj}").adapter())
                .isEqualTo(new ExampleSettings.Adapter.Lora(16, 32, List.of("q_proj")));
    }

    @Test
    void aPlainValueMayStandForARecordThatSaysHow() {
        ExampleSettings run = bind(HEAD.replace("[t]", "[a.jsonl, {path: b.jsonl, weight: 3}], evaluate: c.jsonl")
                + "training: {rows-per-batch: 4}");

        assertThat(run.data().train())
                .containsExactly(
                        new ExampleSettings.Source(Path.of("a.jsonl"), 1),
                        new ExampleSettings.Source(Path.of("b.jsonl"), 3));
        assertThat(run.data().evaluate()).contains(new ExampleSettings.Held(null, Path.of("c.jsonl")));
        assertThat(run.training().rowsPerBatch()).isEqualTo(new ExampleSettings.Rows(4));
        assertThat(bind(HEAD + "training: {rows-per-batch: auto}").training().rowsPerBatch())
                .isEqualTo(ExampleSettings.Rows.auto());
    }

    @Test
    void aKindIsChosenByNameByAKeyOfItsOwnOrByDefault() {
        assertThat(bind(HEAD + "adapter: {path: DIR}").adapter())
                .isEqualTo(new ExampleSettings.Adapter.Saved(Path.of("DIR")));
        assertThat(bind(HEAD + "adapter: {kind: saved, path: DIR}").adapter())
                .isEqualTo(new ExampleSettings.Adapter.Saved(Path.of("DIR")));
        assertThat(bind(HEAD + "adapter: {rank: 4}").adapter()).isInstanceOf(ExampleSettings.Adapter.Lora.class);
        assertThat(bind(HEAD + "training: {schedule: {kind: wsd, decay: 0.2}}")
                        .training()
                        .schedule())
                .isEqualTo(new ExampleSettings.Schedule.WarmupStableDecay(0.2));
        assertThat(bind(HEAD + "training: {schedule: constant}").training().schedule())
                .isEqualTo(new ExampleSettings.Schedule.Constant());
        assertThat(bind(HEAD + "training: {schedule: {warmup: 0.5}}").training().schedule())
                .as("the kind of the default stays")
                .isEqualTo(new ExampleSettings.Schedule.Cosine(0.5));
    }

    @Test
    void aSealedInterfaceCanBeTheWholeFile() {
        Configured<ExampleSettings.Schedule> read =
                Settings.parse("s.yaml", "kind: cosine\nwarmup: 0.2").bind(ExampleSettings.Schedule.class);

        assertThat(read.value()).isEqualTo(new ExampleSettings.Schedule.Cosine(0.2));
        assertThat(read.toYaml()).isEqualTo("kind: cosine  # s.yaml:1\nwarmup: 0.2  # s.yaml:2\n");
    }

    @Test
    void theCommandLineComesLast() {
        Settings settings = Settings.parse("run.yaml", ExampleSettings.YAML)
                .set("training.seed=7", "training.schedule=constant", "data.train[0].weight=3", "data.evaluate=x.jsonl")
                .set("training.seed=8");
        Configured<ExampleSettings> read = settings.bind(ExampleSettings.class);

        assertThat(read.value().training().seed()).isEqualTo(8);
        assertThat(read.value().training().schedule()).isEqualTo(new ExampleSettings.Schedule.Constant());
        assertThat(read.value().data().train().get(0).weight()).isEqualTo(3);
        assertThat(read.value().data().evaluate()).contains(new ExampleSettings.Held(null, Path.of("x.jsonl")));
        assertThat(settings.written()).isEqualTo(ExampleSettings.YAML);
    }

    @Test
    void anAlternativeOnTheCommandLineReplacesThatOfTheFile() {
        ExampleSettings run = Settings.parse("run.yaml", ExampleSettings.YAML)
                .set("training.epochs=0.5")
                .bind(ExampleSettings.class)
                .value();

        assertThat(run.training().epochs()).isEqualTo(0.5);
        assertThat(run.training().steps()).isNull();
    }

    @Test
    void aDefaultOfTheCallerComesBeforeThatOfTheRecord() {
        ExampleSettings.Training full = new ExampleSettings.Training(
                1.0,
                null,
                2e-5,
                new ExampleSettings.Schedule.Constant(),
                ExampleSettings.Rows.auto(),
                Duration.ofHours(1),
                1,
                Optional.empty());
        Settings settings = Settings.parse("run.yaml", HEAD + "training: {seed: 5}");
        Settings changed = settings.orElse("training", full).orElse("training.save-every", Duration.ofHours(2));

        ExampleSettings.Training training =
                changed.bind(ExampleSettings.class).value().training();
        assertThat(training.learningRate()).isEqualTo(2e-5);
        assertThat(training.saveEvery()).isEqualTo(Duration.ofHours(2));
        assertThat(training.seed()).isEqualTo(5);
        assertThat(settings.bind(ExampleSettings.class).value().training().learningRate())
                .isEqualTo(2e-4);
    }

    @Test
    void peekingShowsWhatToBind() {
        Settings settings = Settings.parse("run.yaml", ExampleSettings.YAML).set("method=dpo");

        assertThat(settings.peek("method")).contains("dpo");
        assertThat(settings.peek("data.train[0].path")).contains("train.jsonl");
        assertThat(settings.peek("data.train[7].path")).isEmpty();
        assertThat(settings.peek("training")).isEmpty();
        assertThat(settings.has("adapter")).isTrue();
        assertThat(settings.has("adapter.kind.more")).isFalse();
        assertThat(settings.set("adapter=null").has("adapter")).isFalse();
    }

    @Test
    void everyValueRemembersItsOrigin() {
        Configured<ExampleSettings> read = Settings.parse("run.yaml", ExampleSettings.YAML)
                .set("training.seed=7")
                .bind(ExampleSettings.class);

        assertThat(read.origin("method")).isEqualTo(new Origin.File("run.yaml", 1));
        assertThat(read.origin("data.train[0].weight")).hasToString("run.yaml:5");
        assertThat(read.origin("training")).hasToString("run.yaml:9");
        assertThat(read.origin("training.schedule.kind")).hasToString("run.yaml:12");
        assertThat(read.origin("training.seed")).hasToString("--set training.seed=7");
        assertThat(read.origin("training.save-every")).isEqualTo(Origin.DEFAULT);
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> read.origin("training.sed")))
                .hasMessage("key (training.sed) is not a setting of this configuration");
    }

    @Test
    void theResolvedFileHasValuesAndOrigins() {
        Configured<ExampleSettings> read = Settings.parse("run.yaml", ExampleSettings.YAML)
                .set("training.seed=7")
                .bind(ExampleSettings.class);

        assertThat(read.toYaml()).isEqualTo("""
                method: sft  # run.yaml:1
                model: some/model  # run.yaml:2
                output: runs/first  # run.yaml:3
                data:
                  train:
                    - path: train.jsonl  # run.yaml:5
                      weight: 2.0  # run.yaml:5
                  evaluate:
                    share: 0.05  # run.yaml:6
                    path: null  # default
                  max-tokens: 512  # run.yaml:7
                  shuffle: true  # default
                adapter:
                  kind: lora  # run.yaml:8
                  rank: 8  # run.yaml:8
                  alpha: 32.0  # default
                  targets: [all-linear]  # default
                training:
                  epochs: null  # default
                  steps: 100  # run.yaml:10
                  learning-rate: 2.0e-4  # run.yaml:11
                  schedule:
                    kind: cosine  # run.yaml:12
                    warmup: 0.1  # run.yaml:12
                  rows-per-batch: auto  # default
                  save-every: 30m  # default
                  seed: 7  # --set training.seed=7
                  early-stop:
                    patience: 5  # default
                    margin: 0.0  # default
                weights:
                  loss: 1.0  # run.yaml:13
                  value: 0.5  # run.yaml:13
                """);
    }

    @Test
    void theResolvedFileReadsBackAsTheSameValue() {
        for (String model :
                List.of("a b", "no", "null", "7", "1e3", "#x", "a: b", "", "안녕", "\u2028\"\\\n\u0007", "-", "[a")) {
            ExampleSettings run = bind(ExampleSettings.YAML);
            ExampleSettings odd = new ExampleSettings(
                    run.method(), model, run.output(), run.data(), null, run.training(), Map.of(model, 1e-9));
            String yaml = new Configured<>(odd, Map.of()).toYaml();

            assertThat(Settings.parse("x", yaml).bind(ExampleSettings.class).value())
                    .as(yaml)
                    .isEqualTo(odd);
        }
    }

    @Test
    void fileIsReadFromDiskWithOrWithoutByteOrderMark(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("with space.yaml"), "\uFEFF" + ExampleSettings.YAML);

        Configured<ExampleSettings> read = Settings.read(file).bind(ExampleSettings.class);
        assertThat(read.value()).isEqualTo(bind(ExampleSettings.YAML));
        assertThat(read.origin("model")).hasToString(file + ":2");
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path latin =
                Files.write(folder.resolve("latin.yaml"), "a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[Settings.LARGEST_BYTES + 1]);

        assertThat(refusal(() -> Settings.read(folder.resolve("none.yaml")))).endsWith("none.yaml: no such file");
        assertThat(refusal(() -> Settings.read(folder))).endsWith(": is a folder, not a file");
        assertThat(refusal(() -> Settings.read(latin)))
                .endsWith("latin.yaml:2: not UTF-8 text; save the file as UTF-8");
        assertThat(refusal(() -> Settings.read(huge))).contains("larger than a configuration may be (1 MiB)");
    }

    private static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        return catchThrowableOfType(ConfigurationException.class, reading).getMessage();
    }

    private static ExampleSettings bind(String yaml) {
        return Settings.parse("run.yaml", yaml).bind(ExampleSettings.class).value();
    }
}
