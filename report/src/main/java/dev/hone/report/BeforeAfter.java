package dev.hone.report;

/** One prompt with the reply a model gave before and the one it gave after it was taught. */
public record BeforeAfter(String prompt, Reply before, Reply after) {
    /** What a model said and how that was judged. */
    public record Reply(String text, Verdict verdict) {}

    /** Whether a reply is right, where someone or something has judged it. */
    public enum Verdict {
        RIGHT,
        WRONG,
        UNJUDGED
    }
}
