package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.GgufFile;
import dev.hone.gguf.Metadata;
import java.util.Optional;

/** The keys of config.json as keys of a GGUF file, in both directions. What only some families have stands in {@link Family}. */
final class ModelKeys {
    /** Frequencies of Llama 3's scaling are not in the metadata; this tensor holds what each is divided by. */
    static final String ROPE_FACTORS = "rope_freqs.weight";

    private static final int FIRST_LLAMA3_CONTEXT = 8192;
    private static final double CLOSE = 1e-5;

    private final Family family;
    private final JsonNode config;
    private final JsonNode rope;

    private ModelKeys(Family family, JsonNode config) {
        this.family = family;
        this.config = config;
        JsonNode stated =
                config.hasNonNull("rope_scaling") ? config.path("rope_scaling") : config.path("rope_parameters");
        this.rope = stated.has("full_attention") ? stated.path("full_attention") : stated;
    }

    /** Puts the keys of a model; {@link CheckpointException} where llama.cpp would compute another. */
    static void write(JsonNode config, Family family, Metadata to) {
        new ModelKeys(family, config).write(to);
    }

    /** What each rotary frequency is divided by; none where the metadata say it all. */
    static float[] ropeFactors(JsonNode config, Family family) {
        ModelKeys keys = new ModelKeys(family, config);
        return keys.ropeType().equals("llama3") ? keys.llama3().factors(keys.theta(), keys.headSize()) : new float[0];
    }

    private void write(Metadata to) {
        to.put(key("context_length"), config.path("max_position_embeddings").asInt(2048))
                .put(key("embedding_length"), config.path("hidden_size").asInt())
                .put(key("block_count"), config.path("num_hidden_layers").asInt())
                .put(
                        key("feed_forward_length"),
                        config.path("intermediate_size").asInt())
                .put(key("attention.head_count"), heads())
                .put(
                        key("attention.head_count_kv"),
                        config.path("num_key_value_heads").asInt(heads()))
                .put(key("attention.key_length"), headSize())
                .put(key("attention.value_length"), headSize())
                .put(key("attention.layer_norm_rms_epsilon"), (float)
                        config.path("rms_norm_eps").asDouble(1e-6))
                .put(key("rope.dimension_count"), rotated())
                .put(key("rope.freq_base"), (float) theta())
                .put(key("vocab_size"), config.path("vocab_size").asInt());
        switch (ropeType()) {
            case "default", "llama3" -> {}
            case "linear" ->
                to.put(key("rope.scaling.type"), "linear").put(key("rope.scaling.factor"), (float)
                        rope.path("factor").asDouble(1));
            default ->
                throw new CheckpointException("rope scaling (" + ropeType() + ") is not written as GGUF yet;"
                        + " written are default, linear and llama3");
        }
        family.own().write(config, headSize(), to);
    }

    private String key(String ending) {
        return family.key(ending);
    }

    private int heads() {
        return config.path("num_attention_heads").asInt();
    }

    private int headSize() {
        return config.hasNonNull("head_dim")
                ? config.path("head_dim").asInt()
                : config.path("hidden_size").asInt() / heads();
    }

    private int rotated() {
        double share = rope.path("partial_rotary_factor")
                .asDouble(config.path("partial_rotary_factor").asDouble(1));
        return (int) (headSize() * share);
    }

    private double theta() {
        double usual = family.own() == OwnKeys.GEMMA3 ? 1_000_000 : 10_000;
        return rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(usual));
    }

    private String ropeType() {
        return rope.path("rope_type").asText(rope.path("type").asText("default"));
    }

    private Llama3 llama3() {
        return new Llama3(
                rope.path("factor").asDouble(1),
                rope.path("low_freq_factor").asDouble(1),
                rope.path("high_freq_factor").asDouble(4),
                rope.path("original_max_position_embeddings").asDouble(FIRST_LLAMA3_CONTEXT));
    }

    /** Slow rotations are divided by the factor, fast ones stay, and those between are blended (Llama 3.1 model card). */
    private record Llama3(double factor, double low, double high, double context) {
        float[] factors(double theta, int headSize) {
            float[] factors = new float[headSize / 2];
            for (int i = 0; i < factors.length; i++) {
                double wavelength = 2 * Math.PI * Math.pow(theta, 2.0 * i / headSize);
                double share = Math.max(0, Math.min(1, (context / wavelength - low) / (high - low)));
                factors[i] = (float) (1 / ((1 - share) / factor + share));
            }
            return factors;
        }
    }

    /** The config.json that a file states; {@link IllegalArgumentException} where it states none that is computed here. */
    static ObjectNode read(GgufFile file, Family family) {
        Metadata from = file.metadata();
        int hidden = from.requireInteger(family.key("embedding_length"));
        int heads = from.requireInteger(family.key("attention.head_count"));
        if (heads < 1) {
            throw new IllegalArgumentException(
                    family.key("attention.head_count") + " (" + heads + ") must be positive");
        }
        int headSize = from.integer(family.key("attention.key_length")).orElse(hidden / heads);
        int rotated = from.integer(family.key("rope.dimension_count")).orElse(headSize);
        if (rotated != headSize) {
            throw new IllegalArgumentException(family.key("rope.dimension_count") + " (" + rotated
                    + ") is not the size of a head (" + headSize + "); heads that are rotated in part are not read");
        }
        double theta = from.number(family.key("rope.freq_base")).orElse(10_000.0);
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", family.modelType());
        config.putArray("architectures").add(family.record().className());
        config.put("vocab_size", file.tensor("token_embd.weight").shape()[0]);
        config.put("hidden_size", hidden);
        config.put("intermediate_size", from.requireInteger(family.key("feed_forward_length")));
        config.put("num_hidden_layers", from.requireInteger(family.key("block_count")));
        config.put("num_attention_heads", heads);
        config.put(
                "num_key_value_heads",
                from.integer(family.key("attention.head_count_kv")).orElse(heads));
        config.put("head_dim", headSize);
        config.put(
                "max_position_embeddings",
                from.integer(family.key("context_length")).orElse(2048));
        config.put(
                "rms_norm_eps",
                from.number(family.key("attention.layer_norm_rms_epsilon")).orElse(1e-5));
        config.put("rope_theta", theta);
        config.set("rope_scaling", scaling(file, family, theta, headSize));
        config.put("hidden_act", "silu");
        config.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
        if (family.modelType().equals("llama") || family.modelType().equals("qwen3")) {
            config.put("attention_bias", file.tensors().containsKey("blk.0.attn_output.bias"));
        }
        if (family.modelType().equals("llama")) {
            config.put("mlp_bias", file.tensors().containsKey("blk.0.ffn_gate.bias"));
        }
        put(config, "bos_token_id", from.integer("tokenizer.ggml.bos_token_id"));
        put(config, "eos_token_id", from.integer("tokenizer.ggml.eos_token_id"));
        put(config, "pad_token_id", from.integer("tokenizer.ggml.padding_token_id"));
        family.own().read(from, family, headSize, config);
        return config;
    }

    private static void put(ObjectNode config, String key, Optional<Integer> id) {
        if (id.isPresent()) {
            config.put(key, id.get());
        } else {
            config.putNull(key);
        }
    }

    private static JsonNode scaling(GgufFile file, Family family, double theta, int headSize) {
        String key = family.key("rope.scaling.type");
        String type = file.metadata().text(key).orElse("none");
        double factor = file.metadata()
                .number(family.key("rope.scaling.factor"))
                .orElse(file.metadata().number(family.key("rope.scale_linear")).orElse(1.0));
        ObjectNode scaling = JsonNodeFactory.instance.objectNode();
        if (type.equals("linear")) {
            return scaling.put("rope_type", "linear").put("factor", factor);
        }
        if (!type.equals("none")) {
            throw new IllegalArgumentException(key + " (" + type + ") is not read; read are none and linear");
        }
        if (!file.tensors().containsKey(ROPE_FACTORS)) {
            return JsonNodeFactory.instance.nullNode();
        }
        double whole = llama3Factor(file.floats(ROPE_FACTORS), theta, headSize);
        return scaling.put("rope_type", "llama3")
                .put("factor", whole)
                .put("low_freq_factor", 1.0)
                .put("high_freq_factor", 4.0)
                .put("original_max_position_embeddings", FIRST_LLAMA3_CONTEXT);
    }

    /** The factor of Llama 3.1 and later that gives these factors: the slowest frequency is divided by all of it. */
    private static double llama3Factor(float[] factors, double theta, int headSize) {
        float whole = 1;
        for (float factor : factors) {
            whole = Math.max(whole, factor);
        }
        float[] expected = new Llama3(whole, 1, 4, FIRST_LLAMA3_CONTEXT).factors(theta, headSize);
        boolean same = expected.length == factors.length;
        for (int i = 0; same && i < factors.length; i++) {
            same = Math.abs(expected[i] - factors[i]) <= CLOSE * whole;
        }
        if (!same) {
            throw new IllegalArgumentException("tensor " + ROPE_FACTORS
                    + " divides rotary frequencies in another way than Llama 3 does, which is not read");
        }
        return whole;
    }
}
