/** What is measured of a model, and the scorecard that keeps it. */
@NullMarked
package dev.hone.recipes.evaluate;

import org.jspecify.annotations.NullMarked;
