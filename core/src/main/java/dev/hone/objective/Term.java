package dev.hone.objective;

import java.util.Locale;

/** A part of a loss that is averaged on its own; the loss of a step is the sum of its terms' averages. */
public enum Term {
    /** The loss itself, for objectives that have one part. */
    LOSS,
    /** Likelihood of the tokens of chosen answers, beside a preference. */
    CHOSEN_LIKELIHOOD,
    /** Entropy of the next token, beside a policy gradient. */
    ENTROPY,
    /** Error of the value of states, beside a policy gradient. */
    VALUE,
    /** Likelihood of replayed tokens, beside the loss of a method. */
    REPLAY;

    /** What its average is called among a step's measures, where a loss has several terms. */
    public String label() {
        return this == LOSS
                ? "loss/method"
                : "loss/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
