package dev.hone.generate;

/** Why a completion ended. */
public enum StopReason {
    /** The model chose one of the stop tokens, which end a text or a turn. */
    END_OF_TEXT,
    /** The text came to contain a stop string. */
    STOP_STRING,
    /** It has {@code maxTokens} tokens. */
    LENGTH,
    /** Prompt and completion together fill the model's context. */
    CONTEXT,
    /** {@link Generation#cancel} was called. */
    CANCELLED
}
