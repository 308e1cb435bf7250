package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny model stored in bf16 whose vocabulary is bytes; 256 ends a text and 258 ({@code <|im_end|>}) a turn of ChatML. */
class TrainedModelTest {
    @TempDir
    Path folder;

    private Scope scope = Scope.open();

    @BeforeEach
    void open() throws IOException {
        scope.close();
        scope = Scope.open();
        TinyTokenizers.bytes(origin()).close();
        CheckpointWriter.write(origin(), TinyModels.frozen(TinyModels.stories(), 1), DType.BF16);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private Path origin() {
        return folder.resolve("origin");
    }

    private Path saved() {
        return folder.resolve("saved");
    }

    /** The origin with every weight larger by a share. */
    private LanguageModel trained(double share) {
        LanguageModel model = Checkpoint.open(origin()).model(WeightPlacement.trained(DType.F32));
        Autograd.withoutDo(() -> model.parameters().forEach(p -> p.value().timesInPlace(1 + share)));
        return model;
    }

    private Optional<Rounding> save(
            LanguageModel model, @Nullable Adapter adapter, @Nullable String template, SaveType type) {
        try (Tokenizer tokenizer = TokenizerFile.open(origin())) {
            ChatTemplate chosen = template == null
                    ? null
                    : template.equals("own") ? ChatTemplate.fromCheckpoint(origin()) : ChatTemplate.builtIn(template);
            return new TrainedModel(
                            origin(), model, adapter, tokenizer, chosen, new TrainedModel.Saving(type, true, Set.of()))
                    .save(saved());
        }
    }

    /** A step of 1e-4 of each weight is below half of bf16's 2⁻⁸: stored in it, all of the update would be gone. */
    @Test
    void inFloat32AModelIsSavedAsItWasTrained() {
        LanguageModel model = trained(1e-4);
        assertThat(save(model, null, null, SaveType.FP32)).isEmpty();
        Checkpoint read = Checkpoint.open(saved());
        assertThat(read.storedType()).isEqualTo(DType.F32);
        LanguageModel again = read.model(WeightPlacement.frozen(DType.F32));
        model.parameters()
                .forEach(p -> assertThat(again.parameter(p.name()).value().bytes())
                        .as(p.name())
                        .isEqualTo(p.value().detach().bytes()));
    }

    @ParameterizedTest
    @EnumSource(
            value = SaveType.class,
            names = {"BF16", "BASE"})
    void inANarrowerTypeTheShareOfTheUpdateThatIsLostIsReported(SaveType type) {
        Rounding small = save(trained(1e-4), null, null, type).orElseThrow();
        assertThat(small.lost()).isCloseTo(1, within(1e-6));
        assertThat(small.isMuch()).isTrue();
        assertThat(Checkpoint.open(saved()).storedType()).isEqualTo(DType.BF16);
        Rounding large = save(trained(1), null, null, type).orElseThrow(); // doubling is exact
        assertThat(large).isEqualTo(new Rounding(0, 0));
        assertThat(large.isMuch()).isFalse();
    }

    /** The configuration of many models names no type. */
    @Test
    void theTypeOfTheBaseIsReadFromItsWeights() throws IOException {
        Path file = origin().resolve("config.json");
        ObjectNode config = JsonFiles.read(file);
        config.remove("torch_dtype");
        JsonFiles.write(file, config);
        save(trained(0.1), null, null, SaveType.BASE);
        assertThat(Checkpoint.open(saved()).storedType()).isEqualTo(DType.BF16);
        assertThat(JsonFiles.read(saved().resolve("config.json"))
                        .path("torch_dtype")
                        .asText())
                .isEqualTo("bfloat16");
    }

    /** transformers' align_special_tokens only ever adds an id; every other default stays. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatEndedATextStillDoes(boolean adapted) throws IOException {
        Files.writeString(
                origin().resolve("generation_config.json"),
                "{\"_from_model_config\": true, \"eos_token_id\": [256, 7], \"temperature\": 0.6}");
        Adapter adapter = adapted ? Adapter.fresh(TinyModels.stories(), AdapterConfig.standard(), 1) : null;
        save(trained(0.1), adapter, "chatml", SaveType.FP32);
        ObjectNode left = JsonFiles.read(saved().resolve("generation_config.json"));
        assertThat(left.path("eos_token_id")).hasToString("[256,7,258]");
        assertThat(left.path("temperature").asDouble()).isEqualTo(0.6);
        assertThat(left.has("_from_model_config")).isFalse();
    }

    @Test
    void whereOnlyTheConfigurationNamesEndsTheyAreKept() throws IOException {
        Path file = origin().resolve("config.json");
        JsonFiles.write(file, JsonFiles.read(file).put("eos_token_id", 9));
        save(trained(0.1), null, null, SaveType.FP32);
        assertThat(Checkpoint.open(saved()).endOfText()).isEqualTo(Set.of(9, 256));
    }

    @Test
    void defaultsThatNameEveryEndAreLeftAsTheyAre() throws IOException {
        String defaults = "{\"eos_token_id\": [258, 256],   \"top_p\": 0.8}";
        Files.writeString(origin().resolve("generation_config.json"), defaults);
        save(trained(0.1), null, "chatml", SaveType.FP32);
        assertThat(saved().resolve("generation_config.json")).hasContent(defaults);
    }

    /** As transformers 5 saves a list of templates. */
    @Test
    void allNamedTemplatesOfTheModelGoWithItsOwn() throws IOException {
        named("[{\"name\": \"default\", \"template\": \"plain{{ messages[0].content }}\"},"
                + " {\"name\": \"tool_use\", \"template\": \"tools{{ messages[0].content }}\"},"
                + " {\"name\": \"rag\", \"template\": \"rag\"}]");
        save(trained(0.1), null, "own", SaveType.FP32);
        assertThat(saved().resolve("chat_template.jinja")).hasContent("plain{{ messages[0].content }}");
        assertThat(saved().resolve("additional_chat_templates/tool_use.jinja"))
                .hasContent("tools{{ messages[0].content }}");
        assertThat(saved().resolve("additional_chat_templates/rag.jinja")).hasContent("rag");
        assertThat(ChatTemplate.fromCheckpoint(saved()).fingerprint())
                .isEqualTo(ChatTemplate.fromCheckpoint(origin()).fingerprint());
    }

    /** The model learned ChatML, for tools too; the other's template for tools would contradict it. */
    @Test
    void namedTemplatesDoNotStandBesideAnother() throws IOException {
        Files.createDirectories(origin().resolve("additional_chat_templates"));
        Files.writeString(origin().resolve("chat_template.jinja"), "own");
        Files.writeString(origin().resolve("additional_chat_templates/tool_use.jinja"), "own tools");
        save(trained(0.1), null, "chatml", SaveType.FP32);
        assertThat(saved().resolve("additional_chat_templates")).doesNotExist();
        assertThat(ChatTemplate.fromCheckpoint(saved()).fingerprint())
                .isEqualTo(ChatTemplate.builtIn("chatml").fingerprint());
    }

    @Test
    void everyFileOfATokenizerGoesWithAModelAndNothingElse() throws IOException {
        for (String name : Set.of(
                "tokenizer.model",
                "tokenizer.model.v3",
                "added_tokens.json",
                "vocab.json",
                "merges.txt",
                "qwen.tiktoken",
                "README.md",
                "optimizer.pt")) {
            Files.writeString(origin().resolve(name), "{}");
        }
        save(trained(0.1), null, null, SaveType.FP32);
        try (var files = Files.list(saved())) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "config.json",
                            "model.safetensors",
                            "generation_config.json",
                            "tokenizer.json",
                            "tokenizer_config.json",
                            "tokenizer.model",
                            "tokenizer.model.v3",
                            "added_tokens.json",
                            "vocab.json",
                            "merges.txt",
                            "qwen.tiktoken");
        }
    }

    /** A merged model stops where its base with the adapter stops: at the base's 7, the adapter's 9, and the turn's end. */
    @Test
    void aMergedModelStopsWhereBaseAndAdapterStop() throws IOException {
        Files.writeString(origin().resolve("generation_config.json"), "{\"eos_token_id\": 7, \"top_k\": 5}");
        LanguageModel model = Checkpoint.open(origin()).model(WeightPlacement.frozen(DType.F32));
        Adapter adapter = Adapter.fresh(TinyModels.stories(), AdapterConfig.standard(), 1);
        save(model, adapter, "chatml", SaveType.FP32);
        Files.writeString(saved().resolve("generation_config.json"), "{\"eos_token_id\": [9]}");
        Checkpoint base = Checkpoint.open(origin());
        Path merged = folder.resolve("merged");
        Merge.write(AdapterOnBase.open(saved(), base), merged, DType.F32);
        assertThat(Checkpoint.open(merged).endOfText()).isEqualTo(Set.of(7, 9, 256, 258));
        assertThat(JsonFiles.read(merged.resolve("generation_config.json"))
                        .path("top_k")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void aFolderInTheNameOfATokenizerFileIsRefusedBeforeAnythingIsWritten() throws IOException {
        LanguageModel model = Checkpoint.open(origin()).model(WeightPlacement.frozen(DType.F32));
        save(model, Adapter.fresh(TinyModels.stories(), AdapterConfig.standard(), 1), "chatml", SaveType.FP32);
        Files.delete(saved().resolve("tokenizer.json"));
        Files.createDirectories(saved().resolve("tokenizer.json"));
        AdapterOnBase adapted = AdapterOnBase.open(saved(), Checkpoint.open(origin()));
        assertThatThrownBy(() -> Merge.write(adapted, folder.resolve("merged"), DType.F32))
                .hasMessageContaining("tokenizer.json: is no file");
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    private void named(String templates) throws IOException {
        Path file = origin().resolve("tokenizer_config.json");
        ObjectNode config = JsonFiles.read(file);
        config.set("chat_template", new ObjectMapper().readTree(templates));
        JsonFiles.write(file, config);
    }
}
