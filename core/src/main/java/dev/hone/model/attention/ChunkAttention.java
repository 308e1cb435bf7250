package dev.hone.model.attention;

import dev.hone.model.layer.AttentionForm;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs of new tokens that continue sequences of a cache: a prompt, or the next part of one. Within a run it is the causal
 * attention of {@link SegmentAttention}, after the keys that were there before.
 */
final class ChunkAttention implements AttentionPlan {
    private final KeyValueCache cache;
    private final List<KeyValueCache.Extension> extensions;
    private final long[] lengths;
    private final SegmentAttention causal = new SegmentAttention(List.of());

    ChunkAttention(KeyValueCache cache, List<KeyValueCache.Extension> extensions) {
        this.cache = cache;
        this.extensions = extensions;
        this.lengths = extensions.stream().mapToLong(e -> e.tokens().length).toArray();
    }

    @Override
    public Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v) {
        int kvHeads = Math.toIntExact(k.size(1));
        int group = Math.toIntExact(q.size(1)) / kvHeads;
        long width = q.size(2);
        // [tokens, kv, group, d] → [kv, group, tokens, d]
        Tensor[] queries =
                q.view(q.size(0), kvHeads, group, width).permute(1, 2, 0, 3).split(2, lengths);
        Tensor[] keys = k.transpose(0, 1).split(1, lengths); // each [kv, T, d]
        Tensor[] values = v.transpose(0, 1).split(1, lengths);
        List<Tensor> attended = new ArrayList<>(lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            int sequence = extensions.get(i).sequence();
            Tensor seenKeys = withNew(cache.keys(layer), sequence, keys[i]);
            Tensor seenValues = withNew(cache.values(layer), sequence, values[i]);
            attended.add(causal.within(form, queries[i], seenKeys, seenValues, cache.length(sequence)));
        }
        return Tensor.concatenate(2, attended)
                .permute(2, 0, 1, 3)
                .reshape(q.size(0), q.size(1) * width); // [tokens, heads · d]
    }

    /** Writes what is new behind what is there; returns both, and zeros to a whole number of grains. */
    private Tensor withNew(Tensor held, int sequence, Tensor fresh) {
        int before = cache.length(sequence);
        int positions = AlignedAttention.up(before + Math.toIntExact(fresh.size(1)));
        Tensor all = cache.used(held, sequence, positions);
        all.narrow(1, before, fresh.size(1)).copyInPlace(fresh);
        return all;
    }
}
