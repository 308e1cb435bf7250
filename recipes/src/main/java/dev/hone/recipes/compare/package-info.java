/** One task from scratch, by fine-tuning and by prompting, side by side. */
@NullMarked
package dev.hone.recipes.compare;

import org.jspecify.annotations.NullMarked;
