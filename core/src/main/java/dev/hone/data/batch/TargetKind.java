package dev.hone.data.batch;

/** What of a pair a model gives numbers for. */
public enum TargetKind {
    /** Each token of both answers, by its probability: for models that write. */
    ANSWERS,
    /** The same, and the tokens of the chosen side's prompt, which weigh nothing: for a likelihood of whole rows beside a preference. */
    ANSWERS_AND_CHOSEN_PROMPT,
    /** Each side as a whole, prompt and answer, by one number at its last token: for models that judge. */
    WHOLE
}
