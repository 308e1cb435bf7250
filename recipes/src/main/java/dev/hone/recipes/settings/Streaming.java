package dev.hone.recipes.settings;

/** When the rows of a run are read. */
public enum Streaming {
    /** Before the first step, but as they are trained on where they are many gigabytes and nothing needs their lengths. */
    AUTO,
    /** As they are trained on. */
    ALWAYS,
    /** Before the first step. */
    NEVER
}
