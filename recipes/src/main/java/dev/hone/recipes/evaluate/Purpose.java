package dev.hone.recipes.evaluate;

/** What an evaluation task tells about a model: one of the purposes of fine-tuning, or what it must not lose. */
public enum Purpose {
    /** Facts, asked without documents. */
    KNOWLEDGE,
    /** Skills: translation, summaries, calculation, reasoning. */
    ABILITY,
    /** The form of an answer: a schema, a tone, a fixed report. */
    FORMAT,
    /** Harmful requests refused, harmless ones answered. */
    SAFETY,
    /** What it could do before. */
    RETENTION
}
