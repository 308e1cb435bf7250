/** Rewards that run the program in a completion, confined by the operating system. */
@NullMarked
package dev.hone.reward.code;

import org.jspecify.annotations.NullMarked;
