/** Rewards of a model's own completions, and which of them are trained on. */
@NullMarked
package dev.hone.rollout;

import org.jspecify.annotations.NullMarked;
