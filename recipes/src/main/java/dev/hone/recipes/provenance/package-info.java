/** Where a run's result came from, and whether the same comes out again. */
@NullMarked
package dev.hone.recipes.provenance;

import org.jspecify.annotations.NullMarked;
