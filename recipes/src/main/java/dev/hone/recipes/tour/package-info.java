/** The tour: a small model of our own learns to follow instructions while you watch. */
@NullMarked
package dev.hone.recipes.tour;

import org.jspecify.annotations.NullMarked;
