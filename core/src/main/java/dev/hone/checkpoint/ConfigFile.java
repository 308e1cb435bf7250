package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.LayerSpec;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ModelConfig.AttentionShape;
import dev.hone.model.architecture.ModelConfig.OriginalConfig;
import dev.hone.model.architecture.ModelConfig.RopeConfig;
import dev.hone.model.architecture.ModelConfig.Shape;
import dev.hone.model.architecture.ModelConfig.TokenIds;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.RopeScaling;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code config.json}: read in both dialects that are in use ({@code rope_theta} and {@code rope_scaling}, or one object
 * {@code rope_parameters}), written in the first, which every reader knows. Keys we do not use are kept.
 */
final class ConfigFile {
    /** Far above any model, far below what would exhaust memory before the weights are found missing. */
    private static final int MAX_LAYERS = 10_000;

    private static final int MAX_VOCABULARY = 1 << 24;
    private static final int MAX_WIDTH = 1 << 22;

    private final Path file;
    private final ObjectNode root;

    private ConfigFile(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    static ModelConfig read(Path file) {
        return parse(file, JsonFiles.read(file));
    }

    static ModelConfig parse(Path file, ObjectNode root) {
        return new ConfigFile(file, root).config();
    }

    private ModelConfig config() {
        Architecture architecture = architecture();
        int hidden = integer("hidden_size");
        int heads = integer("num_attention_heads");
        if (heads < 1) {
            throw wrong("num_attention_heads (" + heads + ") must be positive");
        }
        String activation = text(root, "hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw wrong("hidden_act (" + activation + ") is not one this family uses; expected silu");
        }
        atMost("num_hidden_layers", integer("num_hidden_layers"), MAX_LAYERS);
        atMost("vocab_size", integer("vocab_size"), MAX_VOCABULARY);
        atMost("hidden_size", hidden, MAX_WIDTH);
        atMost("intermediate_size", integer("intermediate_size"), MAX_WIDTH);
        long headSize = present("head_dim") ? integer("head_dim") : hidden / heads;
        atMost("num_attention_heads times head_dim", heads * headSize, MAX_WIDTH);
        requireReadable(root.path("quantization_config"));
        ModelConfig config;
        try {
            config = new ModelConfig(
                    architecture,
                    shape(),
                    new AttentionShape(
                            heads,
                            present("num_key_value_heads") ? integer("num_key_value_heads") : heads,
                            (int) headSize,
                            flag("attention_bias"),
                            window(architecture)),
                    new RopeConfig(ropeTheta(), ropeScaling()),
                    new TokenIds(
                            optional("bos_token_id"),
                            ids(file, "eos_token_id", root.path("eos_token_id"), integer("vocab_size")),
                            optional("pad_token_id")),
                    number(root, "initializer_range", 0.02),
                    output(),
                    new OriginalConfig(text(root, "torch_dtype", text(root, "dtype", "float32")), root));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        architecture.obstacle(config).ifPresent(obstacle -> {
            throw wrong(obstacle);
        });
        return config;
    }

    /** Weights in four bits are computed as they are read; of other formats we know no table. */
    private void requireReadable(JsonNode quantisation) {
        String method = quantisation.path("quant_method").asText("bitsandbytes");
        boolean fourBits = method.equals("mxfp4")
                || method.equals("bitsandbytes")
                        && quantisation.path("load_in_4bit").asBoolean(false);
        if (present("quantization_config") && !fourBits) {
            throw wrong("quantization_config says that weights are quantised (quant_method " + method
                    + "); of such weights those of bitsandbytes in 4 bits (load_in_4bit) and MXFP4 are read; use the"
                    + " 16-bit original");
        }
    }

    /** Absent, it is the 4096 of the first Mistral; null, there is none. */
    private int window(Architecture architecture) {
        if (!architecture.ownKeys().contains("sliding_window")) {
            return LayerSpec.UNBOUNDED;
        }
        if (present("sliding_window")) {
            return integer("sliding_window");
        }
        return root.has("sliding_window") ? LayerSpec.UNBOUNDED : 4096;
    }

    private Shape shape() {
        return new Shape(
                integer("vocab_size"),
                integer("hidden_size"),
                integer("intermediate_size"),
                integer("num_hidden_layers"),
                present("max_position_embeddings") ? integer("max_position_embeddings") : 2048,
                number(root, "rms_norm_eps", 1e-6),
                flag("tie_word_embeddings"),
                flag("mlp_bias"));
    }

    private void atMost(String what, long value, int most) {
        if (value > most) {
            throw wrong(what + " (" + value + ") must be at most " + most);
        }
    }

    private Architecture architecture() {
        String type = root.path("model_type").asText("");
        return Architecture.named(type)
                .orElseThrow(() -> wrong("model_type (" + type + ") is not a family we compute; supported are "
                        + Architecture.ALL.stream().map(Architecture::modelType).collect(Collectors.joining(", "))));
    }

    /** A model whose class classifies texts is a reward model where it has a single label. */
    private Output output() {
        boolean scores = false;
        for (JsonNode name : root.path("architectures")) {
            scores |= name.asText().endsWith(Output.SCORE.classEnding());
        }
        if (!scores) {
            return Output.TOKENS;
        }
        int usual = present("num_labels") ? integer("num_labels") : 2; // what transformers takes it to be
        int labels = present("id2label") ? root.path("id2label").size() : usual;
        if (labels != 1) {
            throw wrong("architectures (" + root.path("architectures") + ") with " + labels
                    + " labels (id2label) is a classifier; of these only reward models are read, which have one label");
        }
        return Output.SCORE;
    }

    private JsonNode rope() {
        String key = present("rope_scaling") ? "rope_scaling" : "rope_parameters";
        if (present(key) && !root.path(key).isObject()) {
            throw wrong(key + " (" + root.path(key) + ") must be null or an object");
        }
        return root.path(key);
    }

    private double ropeTheta() {
        double theta = number(rope(), "rope_theta", number(root, "rope_theta", 10_000));
        if (theta <= 0) {
            throw wrong("rope_theta (" + theta + ") must be positive");
        }
        return theta;
    }

    private RopeScaling ropeScaling() {
        JsonNode rope = rope();
        String kind = text(rope, "rope_type", text(rope, "type", "default"));
        double partial = number(rope, "partial_rotary_factor", number(root, "partial_rotary_factor", 1));
        if (partial != 1) {
            throw wrong("partial_rotary_factor (" + partial + ") is not supported; only 1 is");
        }
        return switch (kind) {
            case "default" -> RopeScaling.NONE;
            case "linear" -> new RopeScaling(RopeScaling.RopeScalingType.LINEAR, factor(rope), 1, 1, 1);
            case "llama3" -> llama3(rope);
            default ->
                throw wrong("rope_type (" + kind + ") is not supported yet; supported are default, linear, llama3");
        };
    }

    private RopeScaling llama3(JsonNode rope) {
        RopeScaling scaling = new RopeScaling(
                RopeScaling.RopeScalingType.LLAMA3,
                factor(rope),
                number(rope, "low_freq_factor", 1),
                number(rope, "high_freq_factor", 4),
                number(rope, "original_max_position_embeddings", number(root, "max_position_embeddings", 8192)));
        if (scaling.lowFrequencyFactor() <= 0
                || scaling.highFrequencyFactor() <= scaling.lowFrequencyFactor()
                || scaling.originalMaxPositions() <= 0) {
            throw wrong("rope scaling (" + rope + ") needs 0 < low_freq_factor < high_freq_factor, and positive"
                    + " original_max_position_embeddings");
        }
        return scaling;
    }

    private double factor(JsonNode rope) {
        double factor = number(rope, "factor", 1);
        if (factor < 1) {
            throw wrong("rope scaling factor (" + factor + ") must be at least 1");
        }
        return factor;
    }

    private double number(JsonNode in, String key, double absent) {
        JsonNode value = in.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(key + " (" + value + "); a number is needed");
        }
        return value.doubleValue();
    }

    private String text(JsonNode in, String key, String absent) {
        JsonNode value = in.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isTextual()) {
            throw wrong(key + " (" + value + "); a string is needed");
        }
        return value.asText();
    }

    private boolean flag(String key) {
        JsonNode value = root.path(key);
        if (present(key) && !value.isBoolean()) {
            throw wrong(key + " (" + value + "); true or false is needed");
        }
        return value.asBoolean(false);
    }

    private boolean present(String key) {
        return root.hasNonNull(key);
    }

    private int integer(String key) {
        JsonNode value = root.path(key);
        if (!value.isInt()) {
            throw wrong(key + (value.isMissingNode() ? " is missing" : " (" + value + ")") + "; an integer is needed");
        }
        return value.intValue();
    }

    private @Nullable Integer optional(String key) {
        return root.path(key).isInt() ? root.path(key).intValue() : null;
    }

    /** Token ids, one or a list; {@link CheckpointException} where something else stands there, which no generation would meet. */
    static Set<Integer> ids(Path file, String key, JsonNode node, int vocabulary) {
        boolean none = node.isMissingNode() || node.isNull();
        for (JsonNode id : node.isArray() ? node : List.of(node)) {
            if (!none && !(id.isInt() && id.intValue() >= 0 && id.intValue() < vocabulary)) {
                throw new CheckpointException(file + ": " + key + " (" + id
                        + ") is the id of no token, so that generation" + " would never end there; allowed are 0 to "
                        + (vocabulary - 1) + ", or null for none");
            }
        }
        return ids(node);
    }

    /** The same, passing over what is no id. */
    static Set<Integer> ids(JsonNode node) {
        Set<Integer> ids = new LinkedHashSet<>();
        if (node.isInt()) {
            ids.add(node.intValue());
        }
        if (node.isArray()) {
            node.forEach(id -> {
                if (id.isInt()) {
                    ids.add(id.intValue());
                }
            });
        }
        return ids;
    }

    private CheckpointException wrong(String what) {
        return new CheckpointException(file + ": " + what);
    }

    /** The object for a configuration, over the keys it was read with. */
    static ObjectNode write(ModelConfig c, String dtype) {
        ObjectNode root = c.source().keys().deepCopy();
        root.remove("rope_parameters");
        root.remove("dtype");
        root.remove("quantization_config");
        root.putArray("architectures").add(c.architecture().className(c.output()));
        if (c.output() == Output.SCORE) {
            root.remove("num_labels");
            root.putObject("id2label").put("0", "LABEL_0");
            root.putObject("label2id").put("LABEL_0", 0);
        }
        root.put("model_type", c.architecture().modelType());
        root.put("vocab_size", c.vocabulary());
        root.put("hidden_size", c.hidden());
        root.put("intermediate_size", c.shape().intermediate());
        root.put("num_hidden_layers", c.layers());
        root.put("num_attention_heads", c.attention().heads());
        root.put("num_key_value_heads", c.attention().keyValueHeads());
        if (c.attention().queryWidth() != c.hidden() || root.has("head_dim")) {
            root.put("head_dim", c.attention().headSize());
        }
        root.put("max_position_embeddings", c.shape().maxPositions());
        root.put("rms_norm_eps", c.shape().normEpsilon());
        root.put("rope_theta", c.rope().theta());
        root.set("rope_scaling", scaling(c.rope().scaling()));
        root.put("hidden_act", "silu");
        root.put("tie_word_embeddings", c.shape().tied());
        root.put("initializer_range", c.initializerRange());
        root.put("torch_dtype", dtype);
        c.architecture().ownKeys().forEach(key -> root.set(key, own(key, c)));
        root.put("bos_token_id", c.tokens().begin());
        root.set("eos_token_id", idsNode(c.tokens().end()));
        root.put("pad_token_id", c.tokens().padding());
        return root;
    }

    private static JsonNode own(String key, ModelConfig c) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (key) {
            case "attention_bias" -> json.booleanNode(c.attention().biased());
            case "mlp_bias" -> json.booleanNode(c.shape().mlpBiased());
            case "sliding_window" ->
                c.attention().window() == LayerSpec.UNBOUNDED
                        ? json.nullNode()
                        : json.numberNode(c.attention().window());
            default -> throw new IllegalStateException(key);
        };
    }

    private static JsonNode scaling(RopeScaling scaling) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (scaling.kind() == RopeScaling.RopeScalingType.NONE) {
            return json.nullNode();
        }
        ObjectNode node = json.objectNode()
                .put("rope_type", scaling.kind().name().toLowerCase(Locale.ROOT))
                .put("factor", scaling.factor());
        if (scaling.kind() == RopeScaling.RopeScalingType.LLAMA3) {
            node.put("low_freq_factor", scaling.lowFrequencyFactor())
                    .put("high_freq_factor", scaling.highFrequencyFactor())
                    .put("original_max_position_embeddings", (long) scaling.originalMaxPositions());
        }
        return node;
    }

    private static JsonNode idsNode(Set<Integer> ids) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (ids.isEmpty()) {
            return json.nullNode();
        }
        if (ids.size() == 1) {
            return json.numberNode(ids.iterator().next());
        }
        var array = json.arrayNode();
        ids.stream().sorted().forEach(array::add);
        return array;
    }
}
