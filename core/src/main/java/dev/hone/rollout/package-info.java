/** A model's own completions: sampling and choosing them, and what their rewards are worth as advantages. */
@NullMarked
package dev.hone.rollout;

import org.jspecify.annotations.NullMarked;
