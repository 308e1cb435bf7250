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
 * @param gated whether the map of queries has as many outputs again, head by head behind the query, whose σ its output is multiplied
 *     with
 * @param sinks scores [heads] that take weight from the keys; null: none
 */
public record AttentionSpec(
        HeadShape heads,
        List<LinearSpec> inputs,
        LinearSpec output,
        @Nullable NormSpec queryNorm,
        @Nullable NormSpec keyNorm,
        @Nullable RopeSpec rope,
        AttentionForm form,
        boolean gated,
        @Nullable WeightSpec sinks)
        implements MixerSpec {
    /** Without a gate. */
    public AttentionSpec(
            HeadShape heads,
            List<LinearSpec> inputs,
            LinearSpec output,
            @Nullable NormSpec queryNorm,
            @Nullable NormSpec keyNorm,
            @Nullable RopeSpec rope,
            AttentionForm form) {
        this(heads, inputs, output, queryNorm, keyNorm, rope, form, false, null);
    }

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
        return new AttentionSpec(
                heads, List.copyOf(otherInputs), otherOutput, queryNorm, keyNorm, rope, form, gated, sinks);
    }

    public AttentionSpec withNorms(NormSpec ofQueries, NormSpec ofKeys) {
        return new AttentionSpec(heads, inputs, output, ofQueries, ofKeys, rope, form, gated, sinks);
    }

    public AttentionSpec withRope(@Nullable RopeSpec other) {
        return new AttentionSpec(heads, inputs, output, queryNorm, keyNorm, other, form, gated, sinks);
    }

    public AttentionSpec withForm(AttentionForm other) {
        return new AttentionSpec(heads, inputs, output, queryNorm, keyNorm, rope, other, gated, sinks);
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

    /** The same with a gate, whose outputs stand behind each head's queries. */
    public AttentionSpec withGate() {
        LinearSpec query = inputs.get(0);
        List<LinearSpec> wider = new ArrayList<>(inputs);
        wider.set(0, new LinearSpec(query.module(), query.inputs(), 2 * query.outputs(), query.biased()));
        return new AttentionSpec(heads, wider, output, queryNorm, keyNorm, rope, form, true, sinks);
    }

    public AttentionSpec withSinks(WeightSpec other) {
        return new AttentionSpec(heads, inputs, output, queryNorm, keyNorm, rope, form, gated, other);
    }

    @Override
    public List<WeightSpec> weights() {
        return sinks == null ? List.of() : List.of(sinks);
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
