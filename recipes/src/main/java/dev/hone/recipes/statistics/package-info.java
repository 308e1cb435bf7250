/** What files of rows hold, counted: lengths, languages, what stands in them twice, what of an evaluation stands in them. */
@NullMarked
package dev.hone.recipes.statistics;

import org.jspecify.annotations.NullMarked;
