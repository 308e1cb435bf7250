/** What a run will need before it runs: memory from shapes alone, time from a few seconds of the real work. */
@NullMarked
package dev.hone.recipes.plan;

import org.jspecify.annotations.NullMarked;
