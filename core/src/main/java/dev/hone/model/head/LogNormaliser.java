package dev.hone.model.head;

import dev.hone.tensor.Tensor;

/**
 * {@code log Σ e^z} over the vocabulary for rows of logits, which turns a logit into a log-probability. It is summed in blocks of
 * {@value #BLOCK} entries and then over these, so that a row has the same bits however many rows there are and in whatever parts
 * the vocabulary is computed; one sum over a wide row would depend on both.
 */
public final class LogNormaliser {
    /** Entries of a block: few enough for one thread. */
    public static final int BLOCK = 1024;

    private LogNormaliser() {}

    /** How many blocks a vocabulary has. */
    static long blocks(long vocabulary) {
        return (vocabulary + BLOCK - 1) / BLOCK;
    }

    /** That of each block [rows, blocks], for logits [rows, entries] in float32. */
    public static Tensor ofBlocks(Tensor logits) {
        long rows = logits.size(0);
        long blocks = logits.size(1) / BLOCK;
        long rest = logits.size(1) % BLOCK;
        if (rest == 0) {
            return ofWholeBlocks(logits, blocks);
        }
        Tensor last = logits.narrow(1, blocks * BLOCK, rest).logSumExp(1).view(rows, 1);
        return blocks == 0
                ? last
                : Tensor.concatenate(1, ofWholeBlocks(logits.narrow(1, 0, blocks * BLOCK), blocks), last);
    }

    private static Tensor ofWholeBlocks(Tensor logits, long blocks) {
        return logits.view(logits.size(0), blocks, BLOCK).logSumExp(2);
    }

    /** That of all entries [rows], given that of {@linkplain #ofBlocks blocks}. */
    public static Tensor total(Tensor blocks) {
        return blocks.logSumExp(1);
    }
}
