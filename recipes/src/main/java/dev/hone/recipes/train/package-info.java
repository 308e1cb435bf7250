/** Runs: training, overfitting a few rows, and who listens to them. */
@NullMarked
package dev.hone.recipes.train;

import org.jspecify.annotations.NullMarked;
