package dev.hone.model.layer;

/**
 * A root-mean-square norm.
 *
 * @param module the full dotted name that a checkpoint gives it, without {@code .weight}
 * @param width how many entries it normalises together
 */
public record NormSpec(String module, int width, NormForm form, double epsilon) {}
