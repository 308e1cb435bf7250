package dev.hone.model.layer;

import java.util.Arrays;
import java.util.Optional;

/** The function of an MLP's gate. */
public enum Activation {
    /** {@code z · σ(z)}. */
    SILU("silu"),
    /** {@code z/2 · (1 + tanh(√(2/π) · (z + 0.044715 z³)))}. */
    GELU_TANH("gelu_pytorch_tanh");

    private final String key;

    Activation(String key) {
        this.key = key;
    }

    /** Its name in config.json. */
    public String key() {
        return key;
    }

    /** The function of a name in config.json. */
    public static Optional<Activation> named(String key) {
        return Arrays.stream(values()).filter(a -> a.key.equals(key)).findFirst();
    }
}
