package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.layer.RopeSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder-only model, as its {@code config.json} states it.
 *
 * @param architecture the family, which decides of what layers are made
 * @param initializerRange deviation of new weights
 * @param output which head it ends in
 */
public record ModelConfig(
        Architecture architecture,
        Shape shape,
        AttentionShape attention,
        RopeConfig rope,
        TokenIds tokens,
        double initializerRange,
        Output output,
        OriginalConfig source) {

    /**
     * Sizes of the whole.
     *
     * @param maxPositions the longest text it reads, in tokens
     * @param normEpsilon what all its norms add to a mean square
     * @param tied whether the output head is the embedding table
     * @param mlpBiased whether the MLP's projections carry a bias, where the family leaves that open
     */
    public record Shape(
            int vocabulary,
            int hidden,
            int intermediate,
            int layers,
            int maxPositions,
            double normEpsilon,
            boolean tied,
            boolean mlpBiased) {
        public Shape {
            positive("vocab_size", vocabulary);
            positive("hidden_size", hidden);
            positive("intermediate_size", intermediate);
            positive("num_hidden_layers", layers);
            positive("max_position_embeddings", maxPositions);
            if (!(normEpsilon > 0)) {
                throw new IllegalArgumentException("rms_norm_eps (" + normEpsilon + ") must be positive");
            }
        }

        public Shape withMaxPositions(int other) {
            return new Shape(vocabulary, hidden, intermediate, layers, other, normEpsilon, tied, mlpBiased);
        }

        /** The same whose output head is the embedding table, or is one of its own. */
        public Shape tied(boolean isTied) {
            return new Shape(vocabulary, hidden, intermediate, layers, maxPositions, normEpsilon, isTied, mlpBiased);
        }

        public Shape withMlpBiases() {
            return new Shape(vocabulary, hidden, intermediate, layers, maxPositions, normEpsilon, tied, true);
        }
    }

    /**
     * Heads of attention.
     *
     * @param heads of queries; {@code keyValueHeads} divides it
     * @param headSize width of a head; not always {@code hidden / heads}
     * @param biased whether all four projections carry a bias, where the family leaves that open
     * @param window how many keys a query reads at most, in layers that the family gives a window; {@link LayerSpec#UNBOUNDED}: all
     */
    public record AttentionShape(int heads, int keyValueHeads, int headSize, boolean biased, int window) {
        public AttentionShape {
            positive("num_attention_heads", heads);
            positive("num_key_value_heads", keyValueHeads);
            if (heads % keyValueHeads != 0) {
                throw new IllegalArgumentException("num_attention_heads (" + heads
                        + ") must be a multiple of num_key_value_heads (" + keyValueHeads + ")");
            }
            if (headSize < 2 || headSize % 2 != 0) {
                throw new IllegalArgumentException("head_dim (" + headSize + ") must be even and positive");
            }
            positive("sliding_window", window);
        }

        public AttentionShape(int heads, int keyValueHeads, int headSize) {
            this(heads, keyValueHeads, headSize, false, AttentionForm.UNBOUNDED);
        }

        public AttentionShape withBiases() {
            return new AttentionShape(heads, keyValueHeads, headSize, true, window);
        }

        public AttentionShape withWindow(int keys) {
            return new AttentionShape(heads, keyValueHeads, headSize, biased, keys);
        }

        /** Query heads that share one key and value head. */
        public int group() {
            return heads / keyValueHeads;
        }

        /** Width of all queries of a token together. */
        public int queryWidth() {
            return heads * headSize;
        }

        /** Width of all keys of a token together, and of all values. */
        public int keyWidth() {
            return keyValueHeads * headSize;
        }
    }

    /**
     * Rotary embedding of all layers, or of those with full attention where they differ.
     *
     * @param theta the base θ of its frequencies
     * @param share of a head that is rotated
     * @param growth of queries by their position; null: none
     */
    public record RopeConfig(double theta, double share, RopeScaling scaling, RopeSpec.@Nullable QueryGrowth growth) {
        public RopeConfig(double theta, RopeScaling scaling) {
            this(theta, 1, scaling, null);
        }

        /** What it is for heads of a size. */
        public RopeSpec of(int headSize, RopeSpec.PairLayout layout) {
            return new RopeSpec((int) (headSize * share), layout, theta, scaling, growth);
        }
    }

    /**
     * Ids with a meaning of their own.
     *
     * @param end ids that end a generation; may be empty
     */
    public record TokenIds(
            @Nullable Integer begin,
            Set<Integer> end,
            @Nullable Integer padding) {
        public static final TokenIds NONE = new TokenIds(null, Set.of(), null);

        public TokenIds {
            end = Set.copyOf(end);
        }
    }

    /**
     * The file it was read from.
     *
     * @param dtype element type that weights are stored in, as the file says
     * @param keys the file's own object, so that keys we do not use survive a rewrite
     */
    public record OriginalConfig(String dtype, ObjectNode keys) {
        /** Of a model that no file describes. */
        public static OriginalConfig none(String dtype) {
            return new OriginalConfig(dtype, JsonNodeFactory.instance.objectNode());
        }
    }

    /** A model that predicts tokens and that no file describes: no special ids, usual deviation of new weights, float32. */
    public static ModelConfig of(Architecture architecture, Shape shape, AttentionShape attention, RopeConfig rope) {
        return new ModelConfig(
                architecture,
                shape,
                attention,
                rope,
                TokenIds.NONE,
                0.02,
                Output.TOKENS,
                OriginalConfig.none("float32"));
    }

    public ModelConfig withShape(Shape other) {
        return new ModelConfig(architecture, other, attention, rope, tokens, initializerRange, output, source);
    }

    public ModelConfig withAttention(AttentionShape other) {
        return new ModelConfig(architecture, shape, other, rope, tokens, initializerRange, output, source);
    }

    public ModelConfig withRope(RopeConfig other) {
        return new ModelConfig(architecture, shape, attention, other, tokens, initializerRange, output, source);
    }

    public ModelConfig withSource(OriginalConfig other) {
        return new ModelConfig(architecture, shape, attention, rope, tokens, initializerRange, output, other);
    }

    /**
     * The same layers under a head that scores texts.
     *
     * @param padding id that fills texts of a batch to one length; other readers look for a text's last token before it, so no
     *     text may end with it
     */
    public ModelConfig scoring(int padding) {
        if (padding < 0 || padding >= vocabulary()) {
            throw new IllegalArgumentException(
                    "padding id (" + padding + ") is outside the vocabulary of " + vocabulary());
        }
        TokenIds padded = new TokenIds(tokens.begin(), tokens.end(), padding);
        return new ModelConfig(architecture, shape, attention, rope, padded, initializerRange, Output.SCORE, source);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " (" + value + ") must be positive");
        }
    }

    public int vocabulary() {
        return shape.vocabulary();
    }

    public int hidden() {
        return shape.hidden();
    }

    public int layers() {
        return shape.layers();
    }

    /** Of what a layer is made. */
    public LayerSpec layer(int index) {
        return architecture.layer(this, index);
    }

    /** Of what all layers are made, from the first to the last. */
    public List<LayerSpec> allLayers() {
        return IntStream.range(0, layers()).mapToObj(this::layer).toList();
    }

    /**
     * The rotation of layers with a window, in a family where it is another.
     *
     * @param theta of an unscaled rotation, where the file does not say more
     */
    public RopeSpec slidingRope(double theta) {
        return new RopeKeys(keys())
                .of(RopeKeys.SLIDING)
                .orElse(new RopeConfig(theta, RopeScaling.NONE))
                .of(attention.headSize(), RopeSpec.PairLayout.HALVES);
    }

    /** What stands around the layers. */
    public DecoderSpec decoder() {
        return architecture.decoder(this);
    }

    /** The file it was read from, as its family reads it. */
    public ConfigKeys keys() {
        return architecture.keys().in(source.keys());
    }

    /** The number of parameters, counted from the shapes alone. */
    public long parameterCount() {
        return ParameterSpec.of(this).stream().mapToLong(ParameterSpec::count).sum();
    }
}
