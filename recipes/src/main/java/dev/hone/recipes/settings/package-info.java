/** The groups of a run's file that every method shares: its data, its adapter and how it is trained. */
@NullMarked
package dev.hone.recipes.settings;

import org.jspecify.annotations.NullMarked;
