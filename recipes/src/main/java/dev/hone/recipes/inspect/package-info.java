/** Looks at what was: a step computed again, a run reproduced, rows rendered and scored. */
@NullMarked
package dev.hone.recipes.inspect;

import org.jspecify.annotations.NullMarked;
