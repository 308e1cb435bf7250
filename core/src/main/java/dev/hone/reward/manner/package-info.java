/** Rewards of how an answer is given: whether it refuses, its tone, its form and its language. */
@NullMarked
package dev.hone.reward.manner;

import org.jspecify.annotations.NullMarked;
