package dev.hone.model.layer;

import org.jspecify.annotations.Nullable;

/**
 * How the queries and keys of a layer are rotated (Su et al., 2021): pair j by {@code position · θ^(−2j/width)}, changed as the
 * scaling says.
 *
 * @param width how many entries of a head are rotated, its first ones; the rest is passed through
 * @param growth makes queries larger as texts get longer; null: does not
 */
public record RopeSpec(
        int width,
        PairLayout layout,
        double theta,
        RopeScaling scaling,
        @Nullable QueryGrowth growth) {
    /** Which entries of a head make a pair. */
    public enum PairLayout {
        /** Entry j and entry j + width/2. */
        HALVES,
        /** Entries 2j and 2j + 1. */
        INTERLEAVED
    }

    /** A query at position p is multiplied by {@code 1 + β · ln(1 + ⌊p / positions⌋)} (Llama 4, Ministral 3). */
    public record QueryGrowth(double beta, double positions) {
        public double at(int position) {
            return 1 + beta * Math.log1p(Math.floor(position / positions));
        }
    }

    public RopeSpec {
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("rotated width (" + width + ") must be even and positive");
        }
        if (!(theta > 0)) {
            throw new IllegalArgumentException("rope_theta (" + theta + ") must be positive");
        }
    }
}
