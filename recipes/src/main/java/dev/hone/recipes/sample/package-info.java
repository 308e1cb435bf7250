/** Rejection sampling. */
@NullMarked
package dev.hone.recipes.sample;

import org.jspecify.annotations.NullMarked;
