/** Rejection sampling, and the choice of a reward by name. */
@NullMarked
package dev.hone.recipes.sample;

import org.jspecify.annotations.NullMarked;
