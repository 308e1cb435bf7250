package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters on golden model A: two layers, hidden 16, four query heads and two key heads of four. */
class AdapterFilesTest {
    private static final ModelConfig MODEL = GoldenModels.a();
    private static final Fingerprint PRINT = new Fingerprint("tok", "tmpl", Set.of(2), "model");
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

    private Adapter written(String... targets) throws IOException {
        Adapter adapter = filled(new AdapterConfig(2, 4, 0.05, List.of(targets), false));
        AdapterFiles.write(folder, adapter, MODEL, "org/base", PRINT);
        return adapter;
    }

    static LoraDelta lora(Adapter adapter, String module) {
        return (LoraDelta) Objects.requireNonNull(adapter.at(module));
    }

    /** An adapter in which neither A nor B is zero. */
    static Adapter filled(AdapterConfig config) {
        Adapter adapter = Adapter.fresh(MODEL, config, 7, GoldenModels.frozen(MODEL)::weight);
        List<Parameter> parameters = adapter.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = parameters.get(i).value();
            value.copyInPlace(GoldenModels.sine(i, 0, value.shape()));
        }
        return adapter;
    }

    private static void assertSame(Adapter actual, Adapter expected) {
        assertThat(actual.modules()).isEqualTo(expected.modules());
        for (String module : expected.modules()) {
            LoraDelta a = lora(actual, module);
            LoraDelta e = lora(expected, module);
            assertThat(a.down().name()).isEqualTo(e.down().name());
            assertThat(a.scale()).as(module).isCloseTo(e.scale(), within(1e-12));
            assertThat(a.down().value().bytes()).isEqualTo(e.down().value().bytes());
            assertThat(a.up().value().bytes()).isEqualTo(e.up().value().bytes());
        }
    }

    private void edit(String key, String json) throws IOException {
        Path file = folder.resolve("adapter_config.json");
        ObjectNode root = JsonFiles.read(file);
        root.set(key, new com.fasterxml.jackson.databind.ObjectMapper().readTree(json));
        JsonFiles.write(file, root);
    }

    /** Writes the weights again under other names, in another type; a name that becomes empty is left out. */
    private void rewrite(DType type, Function<String, String> name) throws IOException {
        Path file = folder.resolve("adapter_model.safetensors");
        Safetensors weights = Safetensors.open(file);
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        for (String old : weights.names()) {
            if (!name.apply(old).isEmpty()) {
                items.add(SafetensorsWriter.Item.of(
                        name.apply(old), weights.tensor(old).to(type)));
            }
        }
        SafetensorsWriter.write(file, items, Map.of());
    }

    private Adapter read() {
        return AdapterFiles.read(folder, MODEL);
    }

    private void refused(String file, String... parts) {
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve(file).toString())
                .hasMessageContainingAll(parts);
    }

    @Test
    void theConfigurationIsWrittenAsPeftWritesIt() throws IOException {
        written("v_proj", "q_proj");
        assertThat(Files.readString(folder.resolve("adapter_config.json"))).isEqualTo("""
                        {
                          "alpha_pattern": {},
                          "auto_mapping": null,
                          "base_model_name_or_path": "org/base",
                          "bias": "none",
                          "exclude_modules": null,
                          "fan_in_fan_out": false,
                          "inference_mode": true,
                          "init_lora_weights": true,
                          "layers_pattern": null,
                          "layers_to_transform": null,
                          "loftq_config": {},
                          "lora_alpha": 4,
                          "lora_bias": false,
                          "lora_dropout": 0.05,
                          "modules_to_save": null,
                          "peft_type": "LORA",
                          "r": 2,
                          "rank_pattern": {},
                          "revision": null,
                          "target_modules": [
                            "q_proj",
                            "v_proj"
                          ],
                          "task_type": "CAUSAL_LM",
                          "use_dora": false,
                          "use_rslora": false
                        }
                        """);
    }

    @Test
    void theWeightsAreWrittenUnderPeftsNamesInFloat32() throws IOException {
        written("q_proj");
        Safetensors weights = Safetensors.open(folder.resolve("adapter_model.safetensors"));
        assertThat(weights.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(weights.names())
                .containsExactlyInAnyOrder(
                        "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
                        "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
                        "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight",
                        "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight");
        String a = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
        assertThat(weights.shape(a)).containsExactly(2, 16);
        assertThat(weights.type(a)).isEqualTo(DType.F32);
    }

    @Test
    void allLinearIsSpelledOutForReadersThatDoNotKnowIt() throws IOException {
        written("all-linear");
        assertThat(JsonFiles.read(folder.resolve("adapter_config.json")).get("target_modules"))
                .extracting(n -> n.asText())
                .containsExactly("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-linear", "q_proj", "model.layers.1.mlp.down_proj", "self_attn.v_proj"})
    void anAdapterComesBackBitForBitAndWritesTheSameFiles(String target) throws IOException {
        Adapter adapter = written(target);
        Adapter read = read();
        assertSame(read, adapter);
        assertThat(read.config().dropout()).isEqualTo(0.05);
        Path again = folder.resolve("again");
        AdapterFiles.write(again, read, MODEL, "org/base", PRINT);
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors", "hone.json")) {
            assertThat(Files.readAllBytes(again.resolve(file))).isEqualTo(Files.readAllBytes(folder.resolve(file)));
        }
    }

    /** As PEFT's save_pretrained writes what check_target_module_exists selects; a whole name is a target whatever its layer. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]    | null           | [\"q_proj\"] | 1",
                "1      | null           | [\"q_proj\"] | 1",
                "[0, 1] | null           | [\"q_proj\"] | 0 1",
                "[]     | null           | [\"q_proj\"] | 0 1",
                "[1]    | \"layers\"     | [\"q_proj\"] | 1",
                "[1]    | [\"h\", \"layers\"] | [\"q_proj\"] | 1",
                "[1]    | []             | [\"q_proj\"] | 1",
                "[1, 7] | \"layers\"     | [\"self_attn.q_proj\"] | 1",
                "[1]    | null           | [\"q_proj\", \"model.layers.0.self_attn.q_proj\"] | 0 1"
            })
    void layersChosenByNumberAreRead(String numbers, String pattern, String targets, String layers) throws IOException {
        List<String> modules = Arrays.stream(layers.split(" "))
                .map(layer -> Q0.replace(".0.", "." + layer + "."))
                .toList();
        Adapter adapter = written(modules.toArray(String[]::new));
        Path file = folder.resolve("adapter_config.json");
        ObjectNode config = JsonFiles.read(file);
        config.set("layers_to_transform", new ObjectMapper().readTree(numbers));
        config.set("layers_pattern", new ObjectMapper().readTree(pattern));
        config.set("target_modules", new ObjectMapper().readTree(targets));
        JsonFiles.write(file, config);
        assertSame(read(), adapter);
        assertThat(read().modules()).isEqualTo(modules);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[9] | null     | [\"q_proj\"] | with layers_to_transform ([9]) names no linear map",
                "[1] | \"blocks\" | [\"q_proj\"] | names no linear map",
                "[1] | null     | \".*q_proj\" | allows only one of them",
                "[1] | null     | \"all-linear\" | allows only one of them",
                "[\"x\"] | null | [\"q_proj\"] | an integer is needed",
                "null | \"layers\" | [\"q_proj\"] | but no layers_to_transform"
            })
    void aChoiceOfLayersThatCannotBeMeantIsRefused(String numbers, String pattern, String targets, String reason)
            throws IOException {
        written("q_proj");
        Path file = folder.resolve("adapter_config.json");
        ObjectNode config = JsonFiles.read(file);
        config.set("layers_to_transform", new ObjectMapper().readTree(numbers));
        config.set("layers_pattern", new ObjectMapper().readTree(pattern));
        config.set("target_modules", new ObjectMapper().readTree(targets));
        JsonFiles.write(file, config);
        assertThatThrownBy(this::read).hasMessageContaining(reason);
    }

    /** Scale alpha / √rank: 4 / √2 = 2.8284271. */
    @Test
    void aRankStabilisedAdapterKeepsItsScale() throws IOException {
        Adapter adapter = filled(new AdapterConfig(2, 4, 0, List.of("q_proj"), true));
        AdapterFiles.write(folder, adapter, MODEL, null, PRINT);
        Adapter read = read();
        assertSame(read, adapter);
        assertThat(Objects.requireNonNull(read.at(Q0)).scale()).isCloseTo(2.8284271, within(1e-6));
    }

    /** Layer 0 has rank 3 (scale 4 / 3), layer 1 alpha 5 (scale 5 / 2): both survive the patterns. */
    @Test
    void modulesOfTheirOwnRankAndScaleComeBack() throws IOException {
        Adapter plain = filled(new AdapterConfig(2, 4, 0, List.of("q_proj"), false));
        Map<String, LoraDelta> changes = new LinkedHashMap<>();
        changes.put(
                Q0,
                new LoraDelta(
                        new Parameter(Q0 + ".lora_A.weight", Tensor.ones(DType.F32, 3, 16)),
                        new Parameter(Q0 + ".lora_B.weight", Tensor.ones(DType.F32, 16, 3)),
                        4.0 / 3));
        String q1 = Q0.replace(".0.", ".1.");
        LoraDelta one = lora(plain, q1);
        changes.put(q1, new LoraDelta(one.down(), one.up(), 2.5));
        Adapter mixed = new Adapter(plain.config(), changes);
        AdapterFiles.write(folder, mixed, MODEL, null, PRINT);
        ObjectNode config = JsonFiles.read(folder.resolve("adapter_config.json"));
        assertThat(config.path("rank_pattern")).hasToString("{\"" + Q0 + "\":3}");
        assertThat(config.path("alpha_pattern")).hasToString("{\"" + q1 + "\":5}");
        assertSame(read(), mixed);
    }

    @Test
    void theFirstPatternThatMatchesTheEndOfANameCounts() throws IOException {
        written("q_proj", "v_proj");
        edit("alpha_pattern", "{\"layers.0.*v_proj\":8,\"v_proj\":16,\"_proj\":32}");
        Adapter read = read();
        assertThat(scale(read, "model.layers.0.self_attn.v_proj")).isEqualTo(4); // 8 / 2
        assertThat(scale(read, "model.layers.1.self_attn.v_proj")).isEqualTo(8); // 16 / 2
        assertThat(scale(read, Q0)).isEqualTo(2); // q_proj does not end a segment with _proj: 4 / 2
    }

    private static double scale(Adapter adapter, String module) {
        return Objects.requireNonNull(adapter.at(module)).scale();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"v_proj\",\"q_proj\"]",
                "\".*\\\\.(q|v)_proj\"",
                "\"model\\\\.layers\\\\.\\\\d+\\\\.self_attn\\\\.(?P<which>[qv])_proj\"",
                "[\"self_attn.q_proj\",\"self_attn.v_proj\",\"c_attn\"]"
            })
    void targetsAreAListOfEndingsOrAnExpression(String targets) throws IOException {
        Adapter adapter = written("q_proj", "v_proj");
        edit("target_modules", targets);
        assertSame(read(), adapter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"all-linear\"", "\"ALL-Linear\""})
    void targetsMayBeAllLinear(String targets) throws IOException {
        Adapter adapter = written("all-linear");
        edit("target_modules", targets);
        assertSame(read(), adapter);
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model., .lora_A.",
        "'', .lora_A.",
        "base_model.model., .lora_A.default.",
        "'', .lora_A.default."
    })
    void keysMayLackThePrefixAndMayNameTheDefaultAdapter(String prefix, String part) throws IOException {
        Adapter adapter = written("q_proj");
        rewrite(
                DType.F32,
                name -> name.replace("base_model.model.", prefix)
                        .replace(".lora_A.", part)
                        .replace(".lora_B.", part.replace('A', 'B')));
        assertSame(read(), adapter);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BF16", "F16", "F64"})
    void weightsInOtherTypesAreHeldInFloat32(DType type) throws IOException {
        Adapter adapter = written("q_proj");
        rewrite(type, name -> name);
        Adapter read = read();
        Tensor expected = lora(adapter, Q0).down().value();
        Tensor actual = lora(read, Q0).down().value();
        assertThat(actual.dtype()).isEqualTo(DType.F32);
        assertThat(actual.floats()).containsExactly(expected.to(type).floats());
    }

    @Test
    void weightsInIntegersAreRefused() throws IOException {
        written("q_proj");
        rewrite(DType.I32, name -> name);
        refused("adapter_model.safetensors", "stored as I32", "F32, BF16, F16");
    }

    @Test
    void keysAtTheirDefaultsDoNotMatter() throws IOException {
        Adapter adapter = written("q_proj");
        edit("megatron_core", "\"megatron.core\"");
        edit("qalora_group_size", "16");
        edit("peft_version", "\"0.21.0\"");
        edit("runtime_config", "{\"ephemeral_gpu_offload\":false}");
        edit("layers_pattern", "[]");
        edit("target_parameters", "null");
        edit("future_feature", "null");
        edit("another_feature", "false");
        assertSame(read(), adapter);
        assertThat(AdapterFiles.warnings(folder, PRINT)).isEmpty();
    }

    /** As PEFT 0.21 writes it: the magnitude's key has no .weight at its end; a raw state dict has, behind the adapter's name. */
    @Test
    void aDoraAdapterHasMagnitudesBesideItsFactors() throws IOException {
        Adapter adapter = filled(new AdapterConfig(AdapterType.DORA, 2, 4, 0.05, List.of("q_proj"), false));
        AdapterFiles.write(folder, adapter, MODEL, "org/base", PRINT);
        String magnitude = "base_model.model." + Q0 + ".lora_magnitude_vector";
        assertThat(Safetensors.open(folder.resolve("adapter_model.safetensors")).shape(magnitude))
                .containsExactly(16);
        ObjectNode config = JsonFiles.read(folder.resolve("adapter_config.json"));
        assertThat(config.path("peft_type").asText()).isEqualTo("LORA");
        assertThat(config.path("use_dora").isBoolean()).isTrue();
        assertThat(config.path("use_dora").booleanValue()).isTrue();
        assertThat(AdapterFiles.warnings(folder, PRINT)).isEmpty();
        requireSameWeights(read(), adapter);
        rewrite(
                DType.F32,
                key -> key.endsWith("_vector") ? key + ".default.weight" : key.replace(".weight", ".default.weight"));
        requireSameWeights(read(), adapter);
        rewrite(DType.F32, key -> key.contains(Q0 + ".lora_magnitude") ? "" : key);
        refused("adapter_model.safetensors", "lacks " + magnitude);
        edit("use_dora", "false");
        refused("adapter_model.safetensors", "lora_magnitude_vector");
    }

    private static void requireSameWeights(Adapter actual, Adapter expected) {
        assertThat(actual.config().type()).isEqualTo(expected.config().type());
        assertThat(actual.parameters()).hasSameSizeAs(expected.parameters());
        for (int i = 0; i < expected.parameters().size(); i++) {
            assertThat(actual.parameters().get(i).name())
                    .isEqualTo(expected.parameters().get(i).name());
            assertThat(actual.parameters().get(i).value().bytes())
                    .isEqualTo(expected.parameters().get(i).value().bytes());
        }
    }

    @Test
    void aKeyNobodyKnowsIsAWarning() throws IOException {
        Adapter adapter = written("q_proj");
        edit("future_feature", "{\"strength\":2}");
        assertSame(read(), adapter);
        assertThat(AdapterFiles.warnings(folder, PRINT))
                .singleElement()
                .asString()
                .contains("future_feature ({\"strength\":2}) is not a key known here");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "modules_to_save     | [\"score\"]      | trained in full",
                "bias                | \"lora_only\"    | biases",
                "lora_bias           | true             | biases",
                "fan_in_fan_out      | true             | gpt2",
                "exclude_modules     | [\"k_proj\"]     | exclusion",
                "target_parameters   | [\"mlp.w\"]      | bare parameters",
                "layer_replication   | [[0,1]]          | replicated",
                "trainable_token_indices | [5]          | token embeddings",
                "loftq_config        | {\"bits\":4}     | quantised",
                "use_qalora          | true             | quantisation",
                "init_lora_weights   | \"pissa\"        | changes the base when it is loaded",
                "init_lora_weights   | \"pissa_niter_4\" | changes the base when it is loaded",
                "init_lora_weights   | \"olora\"        | changes the base when it is loaded",
                "peft_type           | \"IA3\"          | is not LORA",
                "task_type           | \"SEQ_CLS\"      | is not CAUSAL_LM",
            })
    void aFeatureWeDoNotComputeIsRefusedByName(String key, String value, String why) throws IOException {
        written("q_proj");
        edit(key, value);
        refused("adapter_config.json", key + " (", why);
    }

    @Test
    void allReasonsAreGivenAtOnce() throws IOException {
        written("q_proj");
        edit("use_qalora", "true");
        edit("bias", "\"all\"");
        refused("adapter_config.json", "bias (\"all\")", "use_qalora (true)", "merge the adapter into its base");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r              | 0            | rank (0) must be positive",
                "r              | \"16\"       | r (\"16\"); an integer is needed",
                "lora_alpha     | null         | lora_alpha (null); a number is needed",
                "lora_alpha     | -1           | alpha (-1.0) must be positive",
                "lora_dropout   | 1            | dropout (1.0)",
                "rank_pattern   | {\"q_proj\":\"a\"} | rank_pattern (\"a\"); an integer is needed",
                "rank_pattern   | {\"(\":1}    | rank_pattern (() is not a regular expression",
                "target_modules | null         | must be a list of module names",
                "target_modules | []           | must be a list of module names",
                "target_modules | [\"c_attn\"] | names no linear map of this llama model; was it trained on another base (org/base)?",
                "target_modules | \"(\"        | is not a regular expression",
                "target_modules | \"lm_head\"  | includes lm_head",
                "target_modules | [\"q_proj\",\"embed_tokens\"] | includes model.embed_tokens",
            })
    void aBadValueIsRefused(String key, String value, String message) throws IOException {
        written("q_proj");
        edit(key, value);
        refused("adapter_config.json", message);
    }

    @Test
    void anExpressionThatWouldNeverFinishIsRefused() throws IOException {
        written("q_proj");
        edit("target_modules", "\"(([a-z._0-9]+)+)+!\"");
        refused("adapter_config.json", "takes too long to match");
        edit("target_modules", "\"" + "(".repeat(3_000) + ")".repeat(3_000) + "\"");
        refused("adapter_config.json", "characters; an expression may have at most");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        written("q_proj");
        rewrite(DType.F32, name -> name.contains("layers.1") && name.contains("lora_B") ? "" : name);
        refused(
                "adapter_model.safetensors",
                "lacks base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight",
                "another base's adapter");
    }

    @Test
    void manyMissingTensorsAreCounted() throws IOException {
        written("q_proj");
        edit("target_modules", "[\"q_proj\",\"v_proj\",\"k_proj\"]");
        refused("adapter_model.safetensors", "and 5 more");
    }

    @Test
    void aTensorTheTargetsDoNotCoverIsNamed() throws IOException {
        written("q_proj", "v_proj");
        edit("target_modules", "[\"q_proj\"]");
        refused("adapter_model.safetensors", "v_proj.lora_A.weight", "target_modules [q_proj]", "does not cover");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight",
                "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight",
                "base_model.model.lm_head.lora_A.weight",
                "base_model.model.lm_head.base_layer.weight",
                "base_model.model.model.embed_tokens.lora_embedding_A",
                "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
                "base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias",
                "base_model.model.score.weight"
            })
    void aTensorThisModelHasNoPlaceForIsNamed(String key) throws IOException {
        written("q_proj");
        rewrite(DType.F32, name -> name.contains("layers.1") && name.contains("lora_A") ? key : name);
        refused("adapter_model.safetensors", "holds " + key, "no low-rank change of a linear map");
    }

    @Test
    void twoKeysForOneWeightAreRefused() throws IOException {
        written("q_proj");
        rewrite(
                DType.F32,
                name -> name.equals("base_model.model." + Q0 + ".lora_B.weight")
                        ? Q0 + ".lora_A.default.weight"
                        : name);
        refused("adapter_model.safetensors", "which are the same weight");
    }

    @Test
    void aTensorOfAnotherRankIsRefusedWithBothShapes() throws IOException {
        written("q_proj");
        edit("r", "3");
        refused("adapter_model.safetensors", "has shape [2, 16]", "imply [3, 16]");
    }

    @Test
    void anAdapterOfAWiderBaseIsRefused() throws IOException {
        written("v_proj");
        assertThatThrownBy(() -> AdapterFiles.read(folder, wider()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("and the base imply [16, 2]");
    }

    /** Model A with as many key heads as query heads: v_proj has 16 outputs and not 8. */
    private static ModelConfig wider() throws CheckpointException {
        ObjectNode root = ConfigFile.write(MODEL, "float32");
        root.put("num_key_value_heads", 4);
        return ConfigFile.parse(Path.of("config.json"), root);
    }

    @Test
    void weightsThatAreNotNumbersAreRefused() throws IOException {
        Adapter adapter = filled(new AdapterConfig(2, 4, 0, List.of("q_proj"), false));
        lora(adapter, Q0).up().value().fillInPlace(Double.NaN);
        AdapterFiles.write(folder, adapter, MODEL, null, PRINT);
        refused("adapter_model.safetensors", Q0 + ".lora_B.weight holds infinities or NaN");
    }

    @Test
    void whatIsNoAdapterIsRecognised() throws IOException {
        refused("", "has no adapter_config.json; an adapter is a folder with");
        Files.writeString(folder.resolve("config.json"), "{}");
        refused("", "it is a whole model: name it as the model");
        assertThatThrownBy(() -> AdapterFiles.read(folder.resolve("none"), MODEL))
                .hasMessageContaining("no such folder");
        written("q_proj");
        Files.delete(folder.resolve("adapter_model.safetensors"));
        refused("", "has no adapter_model.safetensors (was a write or download interrupted?)");
        Files.writeString(folder.resolve("adapter_model.bin"), "");
        refused("", "adapter_model.bin is not read");
    }

    @Test
    void aRealAdapterOfAnotherFamilyIsRefusedWithTheReason() {
        Path gpt2 = Reference.path("weights/peft-lora-gpt2-kto");
        assertThatThrownBy(() -> AdapterFiles.read(gpt2, MODEL))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("fan_in_fan_out (true) stands for bases that store weights transposed, as gpt2");
    }
}
