/**
 * The reward of mathematics: the final answer of a completion, read into an expression, a set, an interval, a matrix or words, and compared
 * with the right one.
 */
@NullMarked
package dev.hone.reward.maths;

import org.jspecify.annotations.NullMarked;
