package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.ConfigKeys;
import dev.hone.model.architecture.FamilyKeys;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ModelConfig.AttentionShape;
import dev.hone.model.architecture.ModelConfig.OriginalConfig;
import dev.hone.model.architecture.ModelConfig.Shape;
import dev.hone.model.architecture.ModelConfig.TokenIds;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.RopeKeys;
import dev.hone.model.layer.Activation;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeScaling;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code config.json}: read in both dialects that are in use ({@code rope_theta} and {@code rope_scaling}, or one object
 * {@code rope_parameters}), written in the first, which every reader knows. Keys we do not use are kept, if they do not matter to what a
 * model computes; others are refused.
 */
final class ConfigFile {
    /** Far above any model, far below what would exhaust memory before the weights are found missing. */
    private static final int MAX_LAYERS = 10_000;

    private static final int MAX_VOCABULARY = 1 << 24;
    private static final int MAX_WIDTH = 1 << 22;

    private final Path file;
    private final ObjectNode root;
    private final Architecture architecture;
    private final ConfigKeys keys;

    private ConfigFile(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
        String type = root.path("model_type").asText("");
        this.architecture = Architecture.named(type)
                .orElseThrow(() -> wrong(
                        file,
                        "model_type (" + type + ") is not a family we compute; supported are "
                                + Architecture.ALL.stream()
                                        .map(Architecture::modelType)
                                        .collect(Collectors.joining(", "))));
        this.keys = architecture.keys().in(root);
    }

    static ModelConfig read(Path file) {
        return parse(file, JsonFiles.read(file));
    }

    static ModelConfig parse(Path file, ObjectNode root) {
        ConfigFile config = new ConfigFile(file, WrappedConfig.text(root));
        try {
            return config.config();
        } catch (IllegalArgumentException e) {
            throw wrong(file, String.valueOf(e.getMessage()));
        }
    }

    private ModelConfig config() {
        keys.integer("hidden_size"); // of an empty file the first to be missed
        int heads = keys.integer("num_attention_heads");
        if (heads < 1) {
            throw new IllegalArgumentException("num_attention_heads (" + heads + ") must be positive");
        }
        if (keys.has("quantization_config")) {
            throw new IllegalArgumentException(
                    "quantization_config is set, and quantised weights are not read; use the 16-bit original");
        }
        Shape shape = shape();
        long headSize = keys.integer("head_dim", shape.hidden() / heads);
        atMost("num_attention_heads times head_dim", heads * headSize, MAX_WIDTH);
        ModelConfig config = new ModelConfig(
                architecture,
                shape,
                new AttentionShape(
                        heads,
                        keys.integer("num_key_value_heads", heads),
                        (int) headSize,
                        keys.flag("attention_bias"),
                        window()),
                new RopeKeys(keys).main(),
                new TokenIds(
                        optional("bos_token_id"),
                        ids(file, "eos_token_id", root.path("eos_token_id"), shape.vocabulary()),
                        optional("pad_token_id")),
                keys.number("initializer_range", 0.02),
                output(),
                new OriginalConfig(keys.text("torch_dtype", keys.text("dtype", "float32")), root));
        config.allLayers(); // each looks at its keys
        config.decoder();
        architecture.obstacle(config).ifPresent(obstacle -> {
            throw new IllegalArgumentException(obstacle);
        });
        MaterialKeys.requireKnown(root, architecture);
        return config;
    }

    private Shape shape() {
        int hidden = atMost("hidden_size", keys.integer("hidden_size"), MAX_WIDTH);
        int layers = atMost("num_hidden_layers", keys.integer("num_hidden_layers"), MAX_LAYERS);
        int vocabulary = atMost("vocab_size", keys.integer("vocab_size"), MAX_VOCABULARY);
        return new Shape(
                vocabulary,
                hidden,
                atMost("intermediate_size", keys.integer("intermediate_size"), MAX_WIDTH),
                layers,
                context(),
                keys.number("rms_norm_eps", 1e-6),
                keys.flag("tie_word_embeddings"),
                keys.flag("mlp_bias"));
    }

    /** As far as dynamic scaling is meant to reach, else what the file says. */
    private int context() {
        int positions = keys.integer("max_position_embeddings", 2048);
        return new RopeKeys(keys).main().scaling() instanceof RopeScaling.Dynamic dynamic
                ? (int) (positions * dynamic.factor())
                : positions;
    }

    private static int atMost(String what, long value, int most) {
        if (value > most) {
            throw new IllegalArgumentException(what + " (" + value + ") must be at most " + most);
        }
        return (int) value;
    }

    /** Of the layers that have one; none where a switch is off. */
    private int window() {
        FamilyKeys own = architecture.keys();
        boolean isOff = own.has("use_sliding_window") && !keys.flag("use_sliding_window");
        return !own.has("sliding_window") || isOff
                ? LayerSpec.UNBOUNDED
                : keys.integer("sliding_window", LayerSpec.UNBOUNDED);
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
        int usual = keys.integer("num_labels", 2); // what transformers takes it to be
        int labels = keys.has("id2label") ? root.path("id2label").size() : usual;
        if (labels != 1) {
            throw new IllegalArgumentException("architectures (" + root.path("architectures") + ") with " + labels
                    + " labels (id2label) is a classifier; of these only reward models are read, which have one label");
        }
        return Output.SCORE;
    }

    private @Nullable Integer optional(String key) {
        return root.path(key).isInt() ? root.path(key).intValue() : null;
    }

    private static CheckpointException wrong(Path file, String what) {
        return new CheckpointException(file + ": " + what);
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

    /** The object for a configuration, over the keys it was read with. */
    static ObjectNode write(ModelConfig c, String dtype) {
        ObjectNode root = c.source().keys().deepCopy();
        FamilyKeys family = c.architecture().keys();
        RopeFile.write(root, c);
        root.remove("dtype");
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
        root.put(family.spelt("num_hidden_layers"), c.layers());
        root.put("num_attention_heads", c.attention().heads());
        root.put("num_key_value_heads", c.attention().keyValueHeads());
        if (c.attention().queryWidth() != c.hidden() || root.has("head_dim") || family.has("head_dim")) {
            root.put("head_dim", c.attention().headSize());
        }
        root.put(
                "max_position_embeddings",
                c.rope().scaling() instanceof RopeScaling.Dynamic dynamic
                        ? dynamic.positions()
                        : c.shape().maxPositions());
        root.put(family.spelt("rms_norm_eps"), c.shape().normEpsilon());
        root.put(family.spelt("hidden_act"), c.keys().text("hidden_act", Activation.SILU.key()));
        root.put("tie_word_embeddings", c.shape().tied());
        root.put("initializer_range", c.initializerRange());
        root.put("torch_dtype", dtype);
        if (family.has("attention_bias")) {
            root.put("attention_bias", c.attention().biased());
        }
        if (family.has("mlp_bias")) {
            root.put("mlp_bias", c.shape().mlpBiased());
        }
        if (family.has("sliding_window") && !family.has("use_sliding_window")) {
            int window = c.attention().window();
            root.put("sliding_window", window == LayerSpec.UNBOUNDED ? null : (Integer) window);
        }
        root.put("bos_token_id", c.tokens().begin());
        root.set("eos_token_id", idsNode(c.tokens().end()));
        root.put("pad_token_id", c.tokens().padding());
        return root;
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
