/** Rewards of a model's own completions, and their weighted sums. */
@NullMarked
package dev.hone.reward;

import org.jspecify.annotations.NullMarked;
