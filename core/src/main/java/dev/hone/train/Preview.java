package dev.hone.train;

import java.util.List;

/**
 * What a step would do, found without doing it.
 *
 * @param step from 1
 * @param metrics the loss, and what else the objective measures, as the step itself has them
 * @param gradientNorm before clipping
 * @param rows the rows of the step, each measured alone, in the order they are laid out
 */
public record Preview(long step, Metrics metrics, double gradientNorm, List<RowLoss> rows) {}
