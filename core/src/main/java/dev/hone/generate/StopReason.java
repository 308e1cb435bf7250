package dev.hone.generate;

/** Why a text ended. */
public enum StopReason {
    /** The model gave a token that ends a text or a turn. */
    END_OF_TEXT,
    /** The text came to contain one of the strings it was to stop at. */
    STOP_STRING,
    /** It has as many tokens as were asked for. */
    LENGTH,
    /** Prompt and text together fill the model's context. */
    CONTEXT,
    /** Whoever asked for it lost interest. */
    CANCELLED
}
