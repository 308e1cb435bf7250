package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    @TempDir
    Path folder;

    private static List<SafetensorsWriter.Item> items(LanguageModel model) {
        return model.parameters().stream()
                .map(p -> SafetensorsWriter.Item.of(p.name(), p.value()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void aModelSavedAndLoadedIsTheSameBitForBit(DType type) throws IOException {
        try (Scope scope = Scope.open()) {
            for (ModelConfig config : GoldenModels.families()) {
                Path to = folder.resolve(
                        config.architecture().modelType() + config.shape().tied());
                LanguageModel model = GoldenModels.frozen(config);
                CheckpointWriter.write(to, model, type);
                Checkpoint read = Checkpoint.open(to);
                assertThat(read.storedType()).isEqualTo(type);
                assertThat(read.unusedWeights()).isEmpty();
                LanguageModel again = read.model(WeightPlacement.frozen(type));
                for (Parameter p : model.parameters()) {
                    assertThat(again.parameter(p.name()).value().bytes())
                            .as(p.name())
                            .isEqualTo(p.value().to(type).bytes());
                }
                Path rewritten = to.resolve("again");
                CheckpointWriter.write(rewritten, again, type);
                assertThat(Files.readAllBytes(rewritten.resolve("model.safetensors")))
                        .isEqualTo(Files.readAllBytes(to.resolve("model.safetensors")));
                assertThat(Files.readAllBytes(rewritten.resolve("config.json")))
                        .isEqualTo(Files.readAllBytes(to.resolve("config.json")));
            }
        }
    }

    @Test
    void aTiedHeadIsStoredOnce() throws IOException {
        try (Scope scope = Scope.open()) {
            CheckpointWriter.write(folder, GoldenModels.frozen(GoldenModels.b()), DType.F32);
            assertThat(Safetensors.open(folder.resolve("model.safetensors")).names())
                    .contains(ParameterSpec.EMBEDDING)
                    .doesNotContain(ParameterSpec.HEAD);
        }
    }

    /** 4,944 float32 weights are 19,776 bytes: at most 3,000 to a file makes ten files or so. */
    @Test
    void shardsHoldTheSameModelAsOneFile() throws IOException {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(GoldenModels.a());
            CheckpointWriter.write(folder, model.config(), items(model), DType.F32, 3_000);
            List<Path> shards = new ArrayList<>();
            try (var files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".safetensors"))
                        .sorted()
                        .forEach(shards::add);
            }
            assertThat(shards).hasSizeGreaterThan(5);
            String first = String.format("model-00001-of-%05d.safetensors", shards.size());
            assertThat(shards.get(0).getFileName()).hasToString(first);
            for (Path shard : shards) {
                Safetensors open = Safetensors.open(shard);
                long bytes = open.names().stream()
                        .mapToLong(n -> open.tensor(n).count() * 4)
                        .sum();
                assertThat(bytes).isLessThanOrEqualTo(3_000);
            }
            assertThat(JsonFiles.read(folder.resolve("model.safetensors.index.json"))
                            .path("metadata")
                            .path("total_size")
                            .asLong())
                    .isEqualTo(19_776);
            LanguageModel read = Checkpoint.open(folder).model(WeightPlacement.frozen(DType.F32));
            for (Parameter p : model.parameters()) {
                assertThat(read.parameter(p.name()).value().bytes())
                        .isEqualTo(p.value().bytes());
            }
        }
    }

    @Test
    void oneFileWrittenOverShardsIsWhatIsRead() throws IOException {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(GoldenModels.a());
            CheckpointWriter.write(folder, model.config(), items(model), DType.F32, 3_000);
            CheckpointWriter.write(folder, model, DType.BF16);
            assertThat(Checkpoint.open(folder).storedType()).isEqualTo(DType.BF16);
        }
    }

    @Test
    void oneWeightMissingOrOfAnotherShapeIsNamed() throws IOException {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(GoldenModels.a());
            List<SafetensorsWriter.Item> items = new ArrayList<>(items(model));
            items.removeIf(i -> i.name().equals(ParameterSpec.HEAD));
            CheckpointWriter.write(folder, model.config(), items, DType.F32, Long.MAX_VALUE);
            refused("weight lm_head.weight is missing");
            items.add(SafetensorsWriter.Item.of(ParameterSpec.HEAD, Tensor.zeros(DType.F32, 31, 16)));
            CheckpointWriter.write(folder, model.config(), items, DType.F32, Long.MAX_VALUE);
            refused("weight lm_head.weight has shape [31, 16] where config.json implies [32, 16]");
        }
    }

    @Test
    void weightsNobodyUsesAreListedAndRotaryBuffersAreNot() throws IOException {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(GoldenModels.b());
            List<SafetensorsWriter.Item> items = new ArrayList<>(items(model));
            items.add(SafetensorsWriter.Item.of("score.weight", Tensor.zeros(DType.F32, 1)));
            items.add(SafetensorsWriter.Item.of(
                    "model.layers.0.self_attn.rotary_emb.inv_freq", Tensor.zeros(DType.F32, 2)));
            items.add(SafetensorsWriter.Item.of(ParameterSpec.HEAD, Tensor.zeros(DType.F32, 32, 16)));
            CheckpointWriter.write(folder, model.config(), items, DType.F32, Long.MAX_VALUE);
            assertThat(Checkpoint.open(folder).unusedWeights()).containsExactly("score.weight");
        }
    }

    /** The name that the command fetches is the one that the run's file names, so that the same file works afterwards. */
    @Test
    void aNameOnTheHubIsAnsweredWithTheCommandThatFetchesIt() {
        Path here = Path.of("").toAbsolutePath();
        assertThatThrownBy(() -> Checkpoint.open(Path.of("Qwen/Qwen2.5-0.5B")))
                .hasMessageStartingWith("Qwen/Qwen2.5-0.5B: no such folder in " + here)
                .hasMessageEndingWith("fetch it with: ./hone download Qwen/Qwen2.5-0.5B");
        assertThatThrownBy(() -> Checkpoint.open(Path.of("models/mine")))
                .hasMessageStartingWith("models/mine: no such folder in " + here)
                .hasMessageNotContaining("./hone download");
    }

    @Test
    void whatIsNoCheckpointIsRecognised() throws IOException {
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("none"))).hasMessageContaining("no such folder");
        refused("has no config.json");
        Files.writeString(folder.resolve("adapter_config.json"), "{}");
        refused("this is an adapter");
        JsonFiles.write(folder.resolve("config.json"), ConfigFile.write(GoldenModels.a(), "float32"));
        refused("has neither model.safetensors nor model.safetensors.index.json");
        Files.writeString(folder.resolve("pytorch_model.bin"), "");
        refused("convert it to safetensors first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"../m.safetensors\"", "\"/\"", "\"..\"", "\"\"", "\"a\\u0000b\"", "7.5", "null", "{}"})
    void anIndexNamesFilesOfItsOwnFolder(String shard) throws IOException {
        JsonFiles.write(folder.resolve("config.json"), ConfigFile.write(GoldenModels.a(), "float32"));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"lm_head.weight\":" + shard + "}}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).isInstanceOf(CheckpointException.class);
    }

    @Test
    void aShardThatIsMissingIsNamed() throws IOException {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(GoldenModels.a());
            CheckpointWriter.write(folder, model.config(), items(model), DType.F32, 3_000);
            try (var files = Files.list(folder)) {
                Path gone = files.filter(f -> f.toString().contains("model-00002"))
                        .findFirst()
                        .orElseThrow();
                Files.delete(gone);
                refused(gone.getFileName() + ": cannot be read (no such file)");
            }
        }
    }

    @Test
    void generationDefaultsDecideWhereTextEnds() throws IOException {
        try (Scope scope = Scope.open()) {
            CheckpointWriter.write(folder, GoldenModels.frozen(GoldenModels.a()), DType.F32);
            assertThat(Checkpoint.open(folder).endOfText()).isEmpty();
            Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\":[5,6]}");
            assertThat(Checkpoint.open(folder).endOfText()).isEqualTo(Set.of(5, 6));
        }
    }

    @Test
    void aRealBf16CheckpointIsReadAndComputes() {
        Checkpoint checkpoint = Checkpoint.open(Reference.path("weights/verl-digit-llama"));
        assertThat(checkpoint.config().source().dtype()).isEqualTo("bfloat16");
        assertThat(checkpoint.storedType()).isEqualTo(DType.BF16);
        assertThat(checkpoint.unusedWeights()).isEmpty();
        assertThat(checkpoint.endOfText()).isEqualTo(Set.of(1));
        try (Scope scope = Scope.open()) {
            LanguageModel model = checkpoint.model(WeightPlacement.frozen(DType.F32));
            Batch batch = Batch.of(List.of(Example.ofText(0, new int[] {0, 4, 5, 6, 1})));
            assertThat(model.score(batch, null).logProbabilities().isFinite()).isTrue();
        }
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }
}
