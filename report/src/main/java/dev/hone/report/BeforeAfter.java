package dev.hone.report;

/** One prompt with a model's replies before and after fine-tuning. */
public record BeforeAfter(String prompt, Reply before, Reply after) {
    /** A model's reply and whether it is correct. */
    public record Reply(String text, Correctness verdict) {}

    /** Whether a reply is right, where it has been judged. */
    public enum Correctness {
        RIGHT,
        WRONG,
        UNJUDGED
    }
}
