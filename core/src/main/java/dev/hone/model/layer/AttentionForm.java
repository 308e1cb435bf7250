package dev.hone.model.layer;

/**
 * How a query weighs the keys it reads.
 *
 * @param window how many keys it reads at most, its own position's and those before it; {@link #UNBOUNDED}: all
 * @param scale factor of the products of queries and keys
 * @param cap c: a score s becomes {@code c · tanh(s / c)}; 0: it stays
 */
public record AttentionForm(int window, double scale, double cap) {
    /** The window of full attention. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Scaled by 1/√d, over all keys that fit into a window. */
    public static AttentionForm of(int window, int headSize) {
        return new AttentionForm(window, 1 / Math.sqrt(headSize), 0);
    }

    public AttentionForm withWindow(int keys) {
        return new AttentionForm(keys, scale, cap);
    }

    public AttentionForm withScale(double other) {
        return new AttentionForm(window, other, cap);
    }

    public AttentionForm withCap(double other) {
        return new AttentionForm(window, scale, other);
    }

    public boolean hasCap() {
        return cap > 0;
    }
}
