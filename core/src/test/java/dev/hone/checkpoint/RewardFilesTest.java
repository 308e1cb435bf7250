package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.TokenizerFile;
import dev.hone.text.bpe.BpeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reward models on disk: as a checkpoint of their own, and as an adapter that carries a head. */
class RewardFilesTest {
    private static final int PADDING = 30;
    private static final Fingerprint PRINT = new Fingerprint("tok", null, Set.of(2), "model");
    private static final Batch TEXTS = Batch.ofWhole(List.of(
            Example.ofText(0, GoldenModels.ROW), Example.ofText(1, new int[] {3, 4}), Example.ofText(2, new int[] {9
            })));

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

    private static float[] scores(LanguageModel model, Adapter adapter) {
        return model.score(TEXTS, adapter).rewards().floats();
    }

    private static float[] scores(LanguageModel model) {
        return model.score(TEXTS, null).rewards().floats();
    }

    private static ModelConfig config(String name) {
        return switch (name) {
            case "a" -> GoldenModels.a();
            case "b" -> GoldenModels.b();
            default -> GoldenModels.c();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "a, LlamaForSequenceClassification",
        "b, LlamaForSequenceClassification",
        "c, Qwen2ForSequenceClassification"
    })
    void aRewardModelSavedAndReadGivesTheSameScores(String name, String className) throws IOException {
        LanguageModel model = GoldenModels.trainable(config(name).scoring(PADDING));
        CheckpointWriter.write(folder, model, DType.F32);
        Checkpoint read = Checkpoint.openReward(folder);
        assertThat(read.config().output()).isEqualTo(Output.SCORE);
        assertThat(read.unusedWeights()).isEmpty();
        assertThat(scores(read.model(WeightPlacement.frozen(DType.F32)))).containsExactly(scores(model));
        assertThat(scores(read.rewardModel(WeightPlacement.trained(DType.F32), PADDING, 9)))
                .as("its head is not drawn again")
                .containsExactly(scores(model));

        ObjectNode config = JsonFiles.read(folder.resolve("config.json"));
        assertThat(config.path("architectures").toString()).isEqualTo("[\"" + className + "\"]");
        assertThat(config.path("id2label").toString()).isEqualTo("{\"0\":\"LABEL_0\"}");
        assertThat(config.path("label2id").toString()).isEqualTo("{\"LABEL_0\":0}");
        assertThat(config.path("pad_token_id").asInt()).isEqualTo(PADDING);
        Safetensors weights = Safetensors.open(folder.resolve("model.safetensors"));
        assertThat(weights.names()).contains("score.weight").doesNotContain("lm_head.weight");
        assertThat(weights.shape("score.weight")).containsExactly(1, 16);
    }

    @Test
    void aRewardModelBeginsAsTheLayersOfALanguageModelUnderANewHead() throws IOException {
        LanguageModel causal = GoldenModels.frozen(GoldenModels.a());
        CheckpointWriter.write(folder, causal, DType.F32);
        Checkpoint base = Checkpoint.open(folder);
        LanguageModel model = base.rewardModel(WeightPlacement.trained(DType.F32), PADDING, 9);
        assertThat(model.config().tokens().padding()).isEqualTo(PADDING);
        assertThat(model.hidden(TEXTS, null).floats())
                .containsExactly(causal.hidden(TEXTS, null).floats());
        float[] head = model.parameter(ParameterSpec.SCORE).value().floats();
        assertThat(head).hasSize(16).doesNotContain(0);
        assertThat(base.rewardModel(WeightPlacement.trained(DType.F32), PADDING, 9)
                        .parameter(ParameterSpec.SCORE)
                        .value()
                        .floats())
                .containsExactly(head);
    }

    @Test
    void oneKindIsNotTakenForTheOther() throws IOException {
        CheckpointWriter.write(folder, GoldenModels.frozen(GoldenModels.a()), DType.F32);
        assertThatThrownBy(() -> Checkpoint.openReward(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(
                        folder + ": is a language model (LlamaForCausalLM) without a head that scores texts");
        CheckpointWriter.write(folder, GoldenModels.frozen(GoldenModels.a().scoring(PADDING)), DType.F32);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(
                        folder + ": is a reward model (LlamaForSequenceClassification), which scores texts");
        assertThatThrownBy(() -> Checkpoint.configOf(folder)).hasMessageContaining("is a reward model");
        assertThat(Checkpoint.openAny(folder).config().output()).isEqualTo(Output.SCORE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"id2label | {\"0\":\"bad\",\"1\":\"good\"} | 2", "id2label | null | 2", "num_labels | 3 | 3"})
    void aClassifierWithSeveralLabelsIsRefused(String key, String value, int labels) throws IOException {
        CheckpointWriter.write(folder, GoldenModels.frozen(GoldenModels.a().scoring(PADDING)), DType.F32);
        Path file = folder.resolve("config.json");
        ObjectNode root = JsonFiles.read(file);
        root.remove("id2label");
        root.set(key, new ObjectMapper().readTree(value));
        JsonFiles.write(file, root);
        assertThatThrownBy(() -> Checkpoint.openReward(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("with " + labels + " labels (id2label) is a classifier");
    }

    private static Adapter filled(ModelConfig model) {
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false);
        Adapter adapter = Adapter.fresh(model, shape, 7).withScore(model, 7);
        List<Parameter> parameters = adapter.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = parameters.get(i).value();
            value.copyInPlace(GoldenModels.sine(i, 0, value.shape()));
        }
        return adapter;
    }

    private Adapter written() throws IOException {
        Adapter adapter = filled(GoldenModels.a());
        AdapterFiles.write(folder, adapter, GoldenModels.a(), "org/base", PRINT);
        return adapter;
    }

    private void edit(String key, String json) throws IOException {
        Path file = folder.resolve("adapter_config.json");
        ObjectNode root = JsonFiles.read(file);
        root.set(key, new ObjectMapper().readTree(json));
        JsonFiles.write(file, root);
    }

    @Test
    void anAdapterWithAHeadSavedAndReadGivesTheSameScores() throws IOException {
        Adapter adapter = written();
        LanguageModel base = GoldenModels.frozen(GoldenModels.a());
        Adapter read = AdapterFiles.readReward(folder, base.config());
        assertThat(scores(base, read)).containsExactly(scores(base, adapter));
        assertThat(read.parameterCount()).isEqualTo(adapter.parameterCount());

        ObjectNode config = JsonFiles.read(folder.resolve("adapter_config.json"));
        assertThat(config.path("task_type").asText()).isEqualTo("SEQ_CLS");
        assertThat(StreamSupport.stream(config.path("modules_to_save").spliterator(), false)
                        .map(JsonNode::asText))
                .containsExactly("score");
        Safetensors weights = Safetensors.open(folder.resolve("adapter_model.safetensors"));
        assertThat(weights.shape("base_model.model.score.weight")).containsExactly(1, 16);
        assertThat(weights.names()).contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
        assertThat(AdapterFiles.warnings(folder, PRINT)).isEmpty();
    }

    /** PEFT adds the names of all heads it knows. */
    @ParameterizedTest
    @ValueSource(strings = {"[\"classifier\",\"score\"]", "[\"score\",\"classifier\",\"score\"]"})
    void headsThatPeftListsBesideAreNoObstacle(String listed) throws IOException {
        Adapter adapter = written();
        edit("modules_to_save", listed);
        LanguageModel base = GoldenModels.frozen(GoldenModels.a());
        assertThat(scores(base, AdapterFiles.readReward(folder, base.config()))).containsExactly(scores(base, adapter));
    }

    @Test
    void anAdapterOfOneKindIsNotTakenForTheOther() throws IOException {
        written();
        refused("task_type (SEQ_CLS) is not CAUSAL_LM: the adapter makes a reward model of its base", Output.TOKENS);
        edit("task_type", "\"CAUSAL_LM\"");
        refused("task_type (CAUSAL_LM) is not SEQ_CLS: the adapter carries no head that scores texts", Output.SCORE);
        edit("task_type", "\"SEQ_CLS\"");
        edit("modules_to_save", "null");
        refused("modules_to_save (null) must name score", Output.SCORE);
        edit("modules_to_save", "[\"score\",\"embed_tokens\"]");
        refused("modules_to_save ([\"score\",\"embed_tokens\"])", Output.SCORE);
    }

    @Test
    void aHeadThatIsMissingIsNamed() throws IOException {
        written();
        Path file = folder.resolve("adapter_model.safetensors");
        Safetensors weights = Safetensors.open(file);
        SafetensorsWriter.write(
                file,
                weights.names().stream()
                        .filter(name -> !name.contains("score"))
                        .map(name -> SafetensorsWriter.Item.of(name, weights.tensor(name)))
                        .toList(),
                java.util.Map.of());
        refused("lacks base_model.model.score.weight", Output.SCORE);
    }

    private void refused(String message, Output wanted) {
        assertThatThrownBy(() -> {
                    if (wanted == Output.SCORE) {
                        AdapterFiles.readReward(folder, GoldenModels.a());
                    } else {
                        AdapterFiles.read(folder, GoldenModels.a());
                    }
                })
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anAdapterWithAHeadMergesIntoARewardModel() throws IOException {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        Adapter adapter = filled(model.config());
        CheckpointWriter.write(folder.resolve("base"), model, DType.F32);
        assertThatThrownBy(() -> Merge.write(
                        Checkpoint.open(folder.resolve("base")), adapter, folder.resolve("merged"), DType.F32))
                .hasMessageContaining("has no pad_token_id");
        Path file = folder.resolve("base/config.json");
        ObjectNode root = JsonFiles.read(file);
        root.put("pad_token_id", PADDING);
        JsonFiles.write(file, root);
        Merge.write(Checkpoint.open(folder.resolve("base")), adapter, folder.resolve("merged"), DType.F32);
        LanguageModel merged = Checkpoint.openReward(folder.resolve("merged")).model(WeightPlacement.frozen(DType.F32));
        assertThat(scores(merged)).containsExactly(scores(model, adapter), within(1e-6f));
    }

    /** The end of text is 256, padding 259. */
    @Test
    void paddingEndsNoText() throws IOException {
        try (TokenizerFile tokenizer = TinyTokenizers.bytes(folder)) {
            assertThat(ScorePadding.of(tokenizer).id()).isEqualTo(259);
        }
        saved(TinyTokenizers.SPECIALS, "<|endoftext|>");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.specialTokens().padId()).hasValue(256);
            assertThat(ScorePadding.of(tokenizer).text()).isEqualTo("<|pad|>");
            ScorePadding.write(folder, ScorePadding.of(tokenizer));
        }
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.specialTokens().padId()).hasValue(259);
        }
        saved(List.of("<|endoftext|>"), "<|endoftext|>");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThatThrownBy(() -> ScorePadding.of(tokenizer))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("set pad_token in tokenizer_config.json");
        }
    }

    private void saved(List<String> specials, String padding) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        new BpeTrainer(256 + specials.size(), 1, specials)
                .train(List.<String>of().iterator())
                .save(folder, "<|endoftext|>", padding, 512);
    }
}
