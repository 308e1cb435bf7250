/** A run's file, written for the data and the model that somebody has. */
@NullMarked
package dev.hone.recipes.draft;

import org.jspecify.annotations.NullMarked;
