/** Evaluation tasks: what is measured of a model, and its results row by row. */
@NullMarked
package dev.hone.recipes.evaluate;

import org.jspecify.annotations.NullMarked;
