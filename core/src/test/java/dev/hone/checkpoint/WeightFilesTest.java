package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a folder beside, instead of or under other names than the weights that config.json implies. */
class WeightFilesTest {
    private static final String Q0 = "model.layers.0.self_attn.q_proj";

    @TempDir
    Path folder;

    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** Writes golden weights with further ones, under other names. */
    private Checkpoint written(ModelConfig config, UnaryOperator<String> names, SafetensorsWriter.Item... more)
            throws IOException {
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        GoldenModels.frozen(config)
                .parameters()
                .forEach(p -> items.add(SafetensorsWriter.Item.of(names.apply(p.name()), p.value())));
        items.addAll(List.of(more));
        CheckpointWriter.write(folder, config, items, DType.F32, Long.MAX_VALUE);
        return Checkpoint.open(folder);
    }

    private static SafetensorsWriter.Item item(String name, float value, long... shape) {
        return SafetensorsWriter.Item.of(name, Tensor.ones(DType.F32, shape).times(value));
    }

    /** transformers 5.18 keeps both too, where they differ. */
    @Test
    void aHeadBesideTheEmbeddingItIsSaidToShareIsUsedAndStaysUntied() throws IOException {
        Checkpoint read = written(GoldenModels.b(), name -> name, item(ParameterSpec.HEAD, 0.5f, 32, 16));
        LanguageModel model = read.model(WeightPlacement.frozen(DType.F32));
        assertThat(read.config().shape().tied()).isFalse();
        assertThat(model.parameter(ParameterSpec.HEAD).value().floats()).containsOnly(0.5f);
        assertThat(read.notes()).singleElement().asString().contains("ties the output head", "both are used");

        Path again = folder.resolve("again");
        CheckpointWriter.write(again, model, DType.F32);
        assertThat(JsonFiles.read(again.resolve("config.json"))
                        .path("tie_word_embeddings")
                        .asBoolean(true))
                .isFalse();
        assertThat(Safetensors.open(again.resolve("model.safetensors")).names()).contains(ParameterSpec.HEAD);
    }

    @Test
    void aHeadThatIsTheEmbeddingStaysTied() throws IOException {
        Tensor embedding = GoldenModels.frozen(GoldenModels.b())
                .parameter(ParameterSpec.EMBEDDING)
                .value();
        Checkpoint read =
                written(GoldenModels.b(), name -> name, SafetensorsWriter.Item.of(ParameterSpec.HEAD, embedding));
        assertThat(read.config().shape().tied()).isTrue();
        assertThat(read.notes()).isEmpty();
        assertThat(read.unusedWeights()).isEmpty();
    }

    @Test
    void aHeadOfAnotherShapeThanTheEmbeddingItIsSaidToShareIsRefused() {
        assertThatThrownBy(() -> written(GoldenModels.b(), name -> name, item(ParameterSpec.HEAD, 1, 31, 16)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("weight lm_head.weight has shape [31, 16] where config.json implies [32, 16]");
    }

    /** As transformers does; which of the two is the newer one, nobody but the user knows. */
    @Test
    void oneFileIsReadAndNotTheShardsBesideItAndThatIsSaid() throws IOException {
        ModelConfig config = GoldenModels.a();
        List<SafetensorsWriter.Item> old = new ArrayList<>();
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            old.add(item(spec.name(), 3, spec.shape()));
        }
        CheckpointWriter.write(folder, config, old, DType.F32, 3_000);
        LanguageModel model = GoldenModels.frozen(config);
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                model.parameters().stream()
                        .map(p -> SafetensorsWriter.Item.of(p.name(), p.value()))
                        .toList(),
                Map.of());
        Checkpoint read = Checkpoint.open(folder);
        assertThat(read.model(WeightPlacement.frozen(DType.F32))
                        .parameter(ParameterSpec.HEAD)
                        .value()
                        .bytes())
                .isEqualTo(model.parameter(ParameterSpec.HEAD).value().bytes());
        assertThat(read.notes()).singleElement().asString().contains("two sets of weights", "delete the set");
    }

    @Test
    void anIndexWhoseShardsAreGoneIsNothingToSay() throws IOException {
        written(GoldenModels.a(), name -> name);
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"lm_head.weight\": \"model-00001-of-00002.safetensors\"}}");
        assertThat(Checkpoint.open(folder).notes()).isEmpty();
    }

    /** Biases that attention_bias does not announce, norms of another family, a layer more than counted, a bias of the head. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                Q0 + ".bias",
                "model.layers.1.mlp.up_proj.bias",
                "model.layers.0.self_attn.q_norm.weight",
                "model.layers.1.post_feedforward_layernorm.weight",
                "model.layers.2.self_attn.q_proj.weight",
                "model.norm.bias",
                "lm_head.bias"
            })
    void weightsThatWouldChangeWhatIsComputedAreRefused(String name) {
        assertThatThrownBy(() -> written(GoldenModels.a(), each -> each, item(name, 0.1f, 16)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("holds 1 weights that config.json leaves out")
                .hasMessageContaining(name);
    }

    @Test
    void biasesThatAddNothingAndWeightsOfOtherModulesAreOnlyNamed() throws IOException {
        Checkpoint read = written(
                GoldenModels.a(),
                name -> name,
                item(Q0 + ".bias", 0, 16),
                item("v_head.summary.weight", 1, 16),
                item("model.layers.0.self_attn.rotary_emb.inv_freq", 1, 2));
        assertThat(read.notes())
                .containsExactly(
                        folder + ": 2 weights in its files are not used (" + Q0 + ".bias, v_head.summary.weight)");
    }

    /** AutoModel's files, torch.compile, DDP, FSDP, PEFT's merged modules, Lightning. */
    @ParameterizedTest
    @CsvSource({
        "'^model\\.',''",
        "'^','_orig_mod.'",
        "'^','module.'",
        "'^','module._orig_mod.'",
        "'^model\\.','model._orig_mod.'",
        "'layers\\.(\\d)\\.','layers.$1._fsdp_wrapped_module.'",
        "'^','base_model.model.'",
        "'^','model.'"
    })
    void weightsUnderTheNamesOfWrappersAreThoseOfTheModel(String found, String instead) throws IOException {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        Checkpoint read = written(GoldenModels.a(), name -> name.replaceAll(found, instead));
        LanguageModel again = read.model(WeightPlacement.frozen(DType.F32));
        model.parameters()
                .forEach(p -> assertThat(again.parameter(p.name()).value().bytes())
                        .as(p.name())
                        .isEqualTo(p.value().bytes()));
        assertThat(read.unusedWeights()).isEmpty();
        assertThat(read.notes()).singleElement().asString().contains("have other names than the model's");
    }

    @Test
    void whereWeightsAreMissingSomeThatAreThereAreNamed() {
        assertThatThrownBy(() -> written(GoldenModels.a(), name -> name.replace("model.", "transformer.h.")))
                .hasMessageContaining("weight model.embed_tokens.weight is missing; there are")
                .hasMessageContaining("such as transformer.h.embed_tokens.weight");
    }

    /** Norms in float32 as some trainers keep them; 4,864 of 4,944 numbers are in bf16. */
    @Test
    void theTypeOfAModelIsThatOfMostOfItsWeightsWhateverTheConfigurationSays() throws IOException {
        ModelConfig config = GoldenModels.a();
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        GoldenModels.frozen(config)
                .parameters()
                .forEach(p -> items.add(SafetensorsWriter.Item.of(
                        p.name(),
                        p.name().contains("norm") ? p.value() : p.value().to(DType.BF16))));
        CheckpointWriter.write(folder, config, items, DType.F32, Long.MAX_VALUE);
        Checkpoint read = Checkpoint.open(folder);
        assertThat(read.storedType()).isEqualTo(DType.BF16);
        assertThat(read.config().source().dtype()).isEqualTo("bfloat16");
        ParameterSpec norm = new ParameterSpec(ParameterSpec.FINAL_NORM, 16);
        assertThat(read.stored(norm, DType.F32)).isEqualTo(DType.F32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "config.json", "generation_config.json"})
    void aPointerOfGitLfsIsNamedAsSuch(String file) throws IOException {
        written(GoldenModels.a(), name -> name);
        Files.writeString(
                folder.resolve(file),
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 7262664\n");
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file + ": is a Git LFS pointer and not the file itself (of 7262664 bytes)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "\"x\"", "32", "1.5", "[2, -1]", "[\"2\"]", "true"})
    void anEndTokenThatIsNoTokenIsRefusedWithItsPlace(String id) throws IOException {
        written(GoldenModels.a(), name -> name);
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": " + id + "}");
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("generation_config.json: eos_token_id (")
                .hasMessageContaining("allowed are 0 to 31");
        Files.delete(folder.resolve("generation_config.json"));
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replaceFirst("\"eos_token_id\": null", "\"eos_token_id\": " + id));
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("config.json: eos_token_id (");
    }

    @Test
    void aNameOfTheHubSaysHowToFetchIt() {
        assertThatThrownBy(() -> Checkpoint.open(Path.of("Qwen/Qwen2.5-0.5B")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("fetch it with: ./hone download Qwen/Qwen2.5-0.5B");
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("none"))).hasMessageNotContaining("./hone download");
    }
}
