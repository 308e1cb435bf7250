/** What is measured as a run goes so that nothing is lost: budgets, the forecast, the gap, spill-over, and gates. */
@NullMarked
package dev.hone.recipes.guard;

import org.jspecify.annotations.NullMarked;
