/** The same task learned from blank, by fine-tuning, and from examples in the prompt: what each way costs and brings. */
@NullMarked
package dev.hone.recipes.contest;

import org.jspecify.annotations.NullMarked;
