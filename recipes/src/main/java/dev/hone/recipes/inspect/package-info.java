/** Inspects past runs and their data: a step recomputed, a run reproduced, rows rendered and scored. */
@NullMarked
package dev.hone.recipes.inspect;

import org.jspecify.annotations.NullMarked;
