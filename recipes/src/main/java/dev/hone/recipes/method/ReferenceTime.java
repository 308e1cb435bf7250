package dev.hone.recipes.method;

/** When the numbers of the model that a policy is compared with are computed. */
public enum ReferenceTime {
    /** Before the first step, once, and kept in the run's folder: no second copy of the weights. */
    PRECOMPUTED,
    /** With each batch: for data that is read less than once, and for a reference that moves. */
    ON_THE_FLY
}
