package dev.hone.gguf.convert;

import dev.hone.error.CheckpointException;
import dev.hone.gguf.GgufFile;
import dev.hone.gguf.Metadata;
import dev.hone.model.architecture.LayerSpec;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ModelConfig.AttentionShape;
import dev.hone.model.architecture.ModelConfig.OriginalConfig;
import dev.hone.model.architecture.ModelConfig.RopeConfig;
import dev.hone.model.architecture.ModelConfig.Shape;
import dev.hone.model.architecture.ModelConfig.TokenIds;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.RopeScaling;
import dev.hone.model.architecture.RopeScaling.RopeScalingType;
import java.util.Set;

/** A model's configuration as keys of a GGUF file, in both directions. */
final class ModelKeys {
    /** Frequencies of Llama 3's scaling are not in the metadata; this tensor holds what each is divided by. */
    static final String ROPE_FACTORS = "rope_freqs.weight";

    private static final int FIRST_LLAMA3_CONTEXT = 8192;
    private static final double CLOSE = 1e-5;

    private ModelKeys() {}

    static void write(ModelConfig config, Family family, Metadata to) {
        to.put(family.key("context_length"), config.shape().maxPositions())
                .put(family.key("embedding_length"), config.hidden())
                .put(family.key("block_count"), config.layers())
                .put(family.key("feed_forward_length"), config.shape().intermediate())
                .put(family.key("attention.head_count"), config.attention().heads())
                .put(family.key("attention.head_count_kv"), config.attention().keyValueHeads())
                .put(family.key("attention.key_length"), config.attention().headSize())
                .put(family.key("attention.value_length"), config.attention().headSize())
                .put(family.key("attention.layer_norm_rms_epsilon"), (float) config.shape().normEpsilon())
                .put(family.key("rope.dimension_count"), config.attention().headSize())
                .put(family.key("rope.freq_base"), (float) config.rope().theta())
                .put(family.key("vocab_size"), config.vocabulary());
        RopeScaling scaling = config.rope().scaling();
        switch (scaling.kind()) {
            case NONE, LLAMA3 -> {}
            case LINEAR ->
                to.put(family.key("rope.scaling.type"), "linear")
                        .put(family.key("rope.scaling.factor"), (float) scaling.factor());
            default -> throw new CheckpointException("rope scaling (" + scaling.kind() + ") is not written as GGUF yet");
        }
    }

    /** What each rotary frequency is divided by; none where the metadata say it all. */
    static float[] ropeFactors(ModelConfig config) {
        RopeScaling scaling = config.rope().scaling();
        return scaling.kind() == RopeScalingType.LLAMA3
                ? factors(scaling, config.rope().theta(), config.attention().headSize())
                : new float[0];
    }

    private static float[] factors(RopeScaling scaling, double theta, int headSize) {
        float[] factors = new float[headSize / 2];
        for (int i = 0; i < factors.length; i++) {
            double frequency = Math.pow(theta, -2.0 * i / headSize);
            factors[i] = (float) (frequency / scaling.scaled(frequency));
        }
        return factors;
    }

    /** The configuration that a file states; {@link Metadata.MetadataException} or {@link IllegalArgumentException} where it is none. */
    static ModelConfig read(GgufFile file, Family family) {
        Metadata from = file.metadata();
        int hidden = from.requireInteger(family.key("embedding_length"));
        int heads = from.requireInteger(family.key("attention.head_count"));
        if (heads < 1) {
            throw new IllegalArgumentException(family.key("attention.head_count") + " (" + heads + ") must be positive");
        }
        int headSize = from.integer(family.key("attention.key_length")).orElse(hidden / heads);
        int rotated = from.integer(family.key("rope.dimension_count")).orElse(headSize);
        if (rotated != headSize) {
            throw new IllegalArgumentException(family.key("rope.dimension_count") + " (" + rotated
                    + ") is not the size of a head (" + headSize + "); heads that are rotated in part are not read");
        }
        int layers = from.requireInteger(family.key("block_count"));
        boolean attentionBiased = file.tensors().containsKey("blk.0.attn_output.bias");
        boolean mlpBiased = file.tensors().containsKey("blk.0.ffn_gate.bias");
        double theta = from.number(family.key("rope.freq_base")).orElse(10_000.0);
        Shape shape = new Shape(
                vocabulary(file),
                hidden,
                from.requireInteger(family.key("feed_forward_length")),
                layers,
                from.integer(family.key("context_length")).orElse(2048),
                from.number(family.key("attention.layer_norm_rms_epsilon")).orElse(1e-5),
                !file.tensors().containsKey("output.weight"),
                mlpBiased);
        AttentionShape attention = new AttentionShape(
                heads,
                from.integer(family.key("attention.head_count_kv")).orElse(heads),
                headSize,
                attentionBiased,
                LayerSpec.UNBOUNDED);
        return new ModelConfig(
                family.record(),
                shape,
                attention,
                new RopeConfig(theta, scaling(file, family, theta, headSize)),
                tokens(from),
                0.02,
                Output.TOKENS,
                OriginalConfig.none("float32"));
    }

    private static int vocabulary(GgufFile file) {
        long[] embedding = file.tensor("token_embd.weight").shape();
        return Math.toIntExact(embedding[0]);
    }

    private static TokenIds tokens(Metadata from) {
        return new TokenIds(
                from.integer("tokenizer.ggml.bos_token_id").orElse(null),
                from.integer("tokenizer.ggml.eos_token_id").map(Set::of).orElse(Set.of()),
                from.integer("tokenizer.ggml.padding_token_id").orElse(null));
    }

    private static RopeScaling scaling(GgufFile file, Family family, double theta, int headSize) {
        String key = family.key("rope.scaling.type");
        String type = file.metadata().text(key).orElse("none");
        double factor = file.metadata()
                .number(family.key("rope.scaling.factor"))
                .orElse(file.metadata().number(family.key("rope.scale_linear")).orElse(1.0));
        if (type.equals("linear")) {
            return new RopeScaling(RopeScalingType.LINEAR, factor, 1, 1, 1);
        }
        if (!type.equals("none")) {
            throw new IllegalArgumentException(key + " (" + type + ") is not read; read are none and linear");
        }
        return file.tensors().containsKey(ROPE_FACTORS)
                ? llama3(file.floats(ROPE_FACTORS), theta, headSize)
                : RopeScaling.NONE;
    }

    /** The scaling of Llama 3.1 and later that gives these factors: its slowest frequency is divided by the whole factor. */
    private static RopeScaling llama3(float[] factors, double theta, int headSize) {
        float whole = 1;
        for (float factor : factors) {
            whole = Math.max(whole, factor);
        }
        RopeScaling scaling = new RopeScaling(RopeScalingType.LLAMA3, whole, 1, 4, FIRST_LLAMA3_CONTEXT);
        float[] expected = factors(scaling, theta, headSize);
        boolean same = expected.length == factors.length;
        for (int i = 0; same && i < factors.length; i++) {
            same = Math.abs(expected[i] - factors[i]) <= CLOSE * whole;
        }
        if (!same) {
            throw new IllegalArgumentException("tensor " + ROPE_FACTORS
                    + " divides rotary frequencies in another way than Llama 3 does, which is not read");
        }
        return scaling;
    }
}
