/** What every row of a run has to satisfy. One file each. */
@NullMarked
package dev.hone.recipes.rule;

import org.jspecify.annotations.NullMarked;
