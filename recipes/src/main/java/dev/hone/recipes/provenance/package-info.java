/** Where a run's result came from, and whether it can be reproduced. */
@NullMarked
package dev.hone.recipes.provenance;

import org.jspecify.annotations.NullMarked;
