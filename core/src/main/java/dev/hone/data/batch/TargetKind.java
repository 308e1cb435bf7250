package dev.hone.data.batch;

/** What of a pair a model gives numbers for. */
public enum TargetKind {
    /** Each token of both answers, by its probability: for models that write. */
    ANSWERS,
    /** Each side as a whole, prompt and answer, by one number at its last token: for models that judge. */
    WHOLE
}
