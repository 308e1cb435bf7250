package dev.hone.model.layer;

/** How a norm multiplies the normalised entries x̂ with its weight w; in float32 the first two are the same. */
public enum NormForm {
    /** {@code w · cast(x̂)}, as Llama does. */
    NARROW,
    /** {@code cast(w · x̂)}, the product in float32. */
    WIDE,
    /** {@code cast((1 + w) · x̂)}, the product in float32: the weight of a norm that changes nothing is zero. */
    ZERO_CENTRED;

    /** The weight of a norm that only normalises. */
    public double neutral() {
        return this == ZERO_CENTRED ? 0 : 1;
    }
}
