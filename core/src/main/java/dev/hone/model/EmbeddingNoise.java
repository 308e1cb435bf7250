package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.random.Draw;
import dev.hone.tensor.Tensor;

/**
 * Noise on a batch's embeddings in training: to each entry a number is added that is uniform in ±α/√(S·h), with S the length of its
 * row's text and h the hidden size (NEFTune: Jain et al., 2023, algorithm 1). What is drawn is a function of (seed, step, row,
 * position), as {@link Dropout}'s masks are, and S counts no padding: packing, splitting or recomputing a batch adds the same.
 *
 * <p>Of a prompt that several rows share, number and length are those of the row it is drawn by.
 */
final class EmbeddingNoise {
    private final double alpha;
    private final Draw draw;
    private final Batch batch;

    /**
     * @param step already narrowed to the run and step
     */
    EmbeddingNoise(double alpha, Draw step, Batch batch) {
        this.alpha = alpha;
        this.draw = step.at("embedding noise".hashCode());
        this.batch = batch;
    }

    /** The largest number that is added to an entry. */
    static double bound(double alpha, int length, int hidden) {
        return alpha / Math.sqrt((double) length * hidden);
    }

    /** Adds noise to embeddings [tokens, hidden]. */
    Tensor apply(Tensor x) {
        int hidden = Math.toIntExact(x.size(1));
        float[] noise = new float[Math.multiplyExact(batch.tokenCount(), hidden)];
        int[] lengths = lengths();
        int at = 0;
        for (Segment segment : batch.segments()) {
            Draw row = draw.at(batch.rowIds()[segment.row()]);
            double bound = bound(alpha, lengths[segment.row()], hidden);
            for (int i = 0; i < segment.length(); i++) {
                long position = batch.positions()[segment.start() + i];
                for (int j = 0; j < hidden; j++) {
                    noise[at++] = (float) ((2 * row.uniform(position * hidden + j) - 1) * bound);
                }
            }
        }
        return x.plus(Tensor.of(noise, batch.tokenCount(), hidden).to(x.dtype()));
    }

    /** The length of each row's text in tokens, a shared prompt included. */
    private int[] lengths() {
        int[] lengths = new int[batch.rowCount()];
        for (Segment segment : batch.segments()) {
            int end = batch.positions()[segment.start() + segment.length() - 1] + 1;
            lengths[segment.row()] = Math.max(lengths[segment.row()], end);
        }
        return lengths;
    }
}
