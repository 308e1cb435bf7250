/** What a policy samples as batches of its own training: prompts, rollouts and what is learned from them. */
@NullMarked
package dev.hone.rollout.batch;

import org.jspecify.annotations.NullMarked;
