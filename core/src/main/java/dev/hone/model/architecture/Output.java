package dev.hone.model.architecture;

/** What a model gives for a text, and so which head it ends in. */
public enum Output {
    /** Probabilities of the next token. */
    TOKENS("ForCausalLM"),
    /** One number that says how good the text is: a reward model. */
    SCORE("ForSequenceClassification");

    private final String classEnding;

    Output(String classEnding) {
        this.classEnding = classEnding;
    }

    /** How transformers ends the names of such models' classes. */
    public String classEnding() {
        return classEnding;
    }
}
