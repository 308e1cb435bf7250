package dev.hone.recipes.plan;

import dev.hone.data.batch.Batch;
import dev.hone.model.attention.AttentionSize;

/**
 * The size of one micro-batch, as far as memory and time depend on it.
 *
 * @param attention its tokens, and which of them attend to each other
 * @param targets positions the head is applied to
 */
public record BatchSize(AttentionSize attention, long targets) {
    public static final BatchSize NONE = new BatchSize(AttentionSize.NONE, 0);

    public static BatchSize of(Batch batch) {
        return new BatchSize(AttentionSize.of(batch.segments()), batch.targets().count());
    }

    public long tokens() {
        return attention.tokens();
    }

    /** Query-key pairs of one head. */
    public long looks() {
        return attention.looks();
    }

    /** A share of it: fewer rows, or shorter ones. */
    public BatchSize part(double share) {
        return new BatchSize(attention.part(share), Math.round(targets * share));
    }
}
