/** Rewards of the shape of a completion: how its reasoning and its answer are marked, its length, its repetition. */
@NullMarked
package dev.hone.reward.shape;

import org.jspecify.annotations.NullMarked;
