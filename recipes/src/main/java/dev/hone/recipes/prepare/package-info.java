/** From a run's file to what a trainer is given: policy, data, reference, teacher. */
@NullMarked
package dev.hone.recipes.prepare;

import org.jspecify.annotations.NullMarked;
