/** The training loop: optimizer, schedule, gradient, checkpoints of a run. */
@NullMarked
package dev.hone.train;

import org.jspecify.annotations.NullMarked;
