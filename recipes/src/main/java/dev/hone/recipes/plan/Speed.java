package dev.hone.recipes.plan;

/**
 * The machine's speed at the work of a run, measured on a few of its steps.
 *
 * @param training multiplications of forward and backward a second; see {@link Flops}
 * @param measuring the same of the forward pass alone
 * @param annotating the same of a reference; infinite without one
 * @param update seconds that one update of the weights takes
 * @param writing bytes a second that a file takes, written and forced to disk
 */
public record Speed(double training, double measuring, double annotating, double update, double writing) {}
