package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder-only model, as its {@code config.json} states it.
 *
 * @param architecture the family, which decides names, biases and norms
 * @param heads query heads; {@code keyValueHeads} divides it
 * @param headSize width of a head; not always {@code hidden / heads}
 * @param tied whether the output head is the embedding table
 * @param attentionBias whether all four attention projections carry a bias, where the family leaves that open
 * @param mlpBias the same for the feed-forward projections
 * @param endOfText ids that end a generation; may be empty
 * @param dtype element type the checkpoint says it is stored in
 * @param output which head it ends in
 * @param source the file's own object, so that keys we do not use survive a rewrite
 */
public record ModelConfig(
        Architecture architecture,
        int vocabulary,
        int hidden,
        int intermediate,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int maxPositions,
        double normEpsilon,
        double ropeTheta,
        RopeScaling ropeScaling,
        boolean tied,
        boolean attentionBias,
        boolean mlpBias,
        double initializerRange,
        @Nullable Integer beginOfText,
        Set<Integer> endOfText,
        @Nullable Integer padding,
        String dtype,
        Output output,
        ObjectNode source) {

    public ModelConfig {
        positive("vocab_size", vocabulary);
        positive("hidden_size", hidden);
        positive("intermediate_size", intermediate);
        positive("num_hidden_layers", layers);
        positive("num_attention_heads", heads);
        positive("num_key_value_heads", keyValueHeads);
        positive("max_position_embeddings", maxPositions);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("num_attention_heads (" + heads
                    + ") must be a multiple of num_key_value_heads (" + keyValueHeads + ")");
        }
        if (headSize < 2 || headSize % 2 != 0) {
            throw new IllegalArgumentException("head_dim (" + headSize + ") must be even and positive");
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("rms_norm_eps (" + normEpsilon + ") must be positive");
        }
        endOfText = Set.copyOf(endOfText);
    }

    /** A model that predicts tokens. */
    public ModelConfig(
            Architecture architecture,
            int vocabulary,
            int hidden,
            int intermediate,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int maxPositions,
            double normEpsilon,
            double ropeTheta,
            RopeScaling ropeScaling,
            boolean tied,
            boolean attentionBias,
            boolean mlpBias,
            double initializerRange,
            @Nullable Integer beginOfText,
            Set<Integer> endOfText,
            @Nullable Integer padding,
            String dtype,
            ObjectNode source) {
        this(
                architecture,
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                headSize,
                maxPositions,
                normEpsilon,
                ropeTheta,
                ropeScaling,
                tied,
                attentionBias,
                mlpBias,
                initializerRange,
                beginOfText,
                endOfText,
                padding,
                dtype,
                Output.TOKENS,
                source);
    }

    /**
     * The same layers under a head that scores texts.
     *
     * @param padding id that fills texts of a batch to one length; other readers look for a text's last token before it, so no
     *     text may end with it
     */
    public ModelConfig scoring(int padding) {
        if (padding < 0 || padding >= vocabulary) {
            throw new IllegalArgumentException(
                    "padding id (" + padding + ") is outside the vocabulary of " + vocabulary);
        }
        return new ModelConfig(
                architecture,
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                headSize,
                maxPositions,
                normEpsilon,
                ropeTheta,
                ropeScaling,
                tied,
                attentionBias,
                mlpBias,
                initializerRange,
                beginOfText,
                endOfText,
                padding,
                dtype,
                Output.SCORE,
                source);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " (" + value + ") must be positive");
        }
    }

    /** Query heads that share one key and value head. */
    public int headsPerKeyValue() {
        return heads / keyValueHeads;
    }

    /** The number of parameters, counted from the shapes alone. */
    public long parameterCount() {
        return ParameterSpec.of(this).stream().mapToLong(ParameterSpec::count).sum();
    }
}
