/** What a policy makes of some of a run's rows before the run and after it. */
@NullMarked
package dev.hone.recipes.snapshot;

import org.jspecify.annotations.NullMarked;
