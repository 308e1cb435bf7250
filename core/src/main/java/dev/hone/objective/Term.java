package dev.hone.objective;

/** A part of a loss that is averaged on its own; the loss of a step is the sum of its terms' averages. */
public enum Term {
    /** The loss itself, for objectives that have one part. */
    LOSS,
    /** Likelihood of the tokens of chosen answers, beside a preference. */
    CHOSEN_LIKELIHOOD
}
