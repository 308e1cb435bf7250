package dev.hone.model.head;

/**
 * One number that a model gives at a target. An objective names those it reads. All but {@link #REWARD} and {@link #VALUE} are of the
 * distribution p over the next token and computed from logits that are there for a moment only; logs are natural.
 */
public enum Statistic {
    /** log p of the target's token. */
    LOG_PROBABILITY,
    /** The mean of log p over the vocabulary. */
    MEAN_LOG_PROBABILITY,
    /** log Σ p²: of two tokens drawn, the log-probability that they are the same. A constant: no gradient runs through it. */
    COLLISION,
    /** −Σ p log p, in nats. */
    ENTROPY,
    /** How far p is from another model's distribution, by the {@link TeacherDivergence}. */
    DIVERGENCE,
    /** How good the text up to the target is; given by models that score texts, which give nothing else. */
    REWARD,
    /** What a critic expects of the state before the target; given by a {@link ValueHead} alone. */
    VALUE;

    /** Whether an objective's sums may be differentiated in it. */
    public boolean hasGradient() {
        return this != COLLISION;
    }
}
