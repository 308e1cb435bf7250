package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Causal attention, {@code output(attention(rotate(query(n)), rotate(key(n)), value(n)))}.
 *
 * @param inputs queries, keys and values; or one map whose outputs are those of all three, in this order
 * @param queryNorm applied before rotation, over each head or over all heads together, as its width says; null: none
 * @param keyNorm the same of keys
 * @param rope null: queries and keys are not rotated
 */
public record AttentionSpec(
        HeadShape heads,
        List<LinearSpec> inputs,
        LinearSpec output,
        @Nullable NormSpec queryNorm,
        @Nullable NormSpec keyNorm,
        @Nullable RopeSpec rope,
        AttentionForm form)
        implements MixerSpec {
    /**
     * Heads of queries, and of keys and values.
     *
     * @param size width of a head
     */
    public record HeadShape(int queries, int keys, int size) {
        /** Query heads that share one key and value head. */
        public int group() {
            return queries / keys;
        }

        /** Width of all queries of a token together. */
        public int queryWidth() {
            return queries * size;
        }

        /** Width of all keys of a token together, and of all values. */
        public int keyWidth() {
            return keys * size;
        }
    }

    public AttentionSpec {
        inputs = List.copyOf(inputs);
    }

    /** The same with biases on queries, keys and values. */
    public AttentionSpec withInputBiases() {
        return with(inputs.stream().map(LinearSpec::withBias).toList(), output);
    }

    /** The same with biases on all its maps. */
    public AttentionSpec withBiases() {
        return withInputBiases().withOutputBias();
    }

    private AttentionSpec withOutputBias() {
        return with(inputs, output.withBias());
    }

    /** The same with other maps. */
    public AttentionSpec with(Collection<LinearSpec> otherInputs, LinearSpec otherOutput) {
        return new AttentionSpec(heads, List.copyOf(otherInputs), otherOutput, queryNorm, keyNorm, rope, form);
    }

    public AttentionSpec withNorms(NormSpec ofQueries, NormSpec ofKeys) {
        return new AttentionSpec(heads, inputs, output, ofQueries, ofKeys, rope, form);
    }

    public AttentionSpec withRope(@Nullable RopeSpec other) {
        return new AttentionSpec(heads, inputs, output, queryNorm, keyNorm, other, form);
    }

    public AttentionSpec withForm(AttentionForm other) {
        return new AttentionSpec(heads, inputs, output, queryNorm, keyNorm, rope, other);
    }

    public AttentionSpec withWindow(int keys) {
        return withForm(form.withWindow(keys));
    }

    public AttentionSpec withScale(double scale) {
        return withForm(form.withScale(scale));
    }

    public AttentionSpec withCap(double cap) {
        return withForm(form.withCap(cap));
    }

    public boolean isFused() {
        return inputs.size() == 1;
    }

    @Override
    public List<LinearSpec> linearMaps() {
        List<LinearSpec> maps = new ArrayList<>(inputs);
        maps.add(output);
        return maps;
    }

    @Override
    public List<NormSpec> norms() {
        return queryNorm == null || keyNorm == null ? List.of() : List.of(queryNorm, keyNorm);
    }
}
