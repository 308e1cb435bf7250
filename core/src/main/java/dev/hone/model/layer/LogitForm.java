package dev.hone.model.layer;

/**
 * What a model makes of the products of hidden states and its head before they are logits: {@code c · tanh(factor · z / c)}.
 *
 * @param cap c; 0: no tanh
 */
public record LogitForm(double factor, double cap) {
    /** The products are the logits. */
    public static final LogitForm PLAIN = new LogitForm(1, 0);

    public boolean isPlain() {
        return factor == 1 && cap == 0;
    }

    public boolean hasCap() {
        return cap > 0;
    }
}
