/** Human preference: comparisons of two completions, how they look on a screen, and the file that keeps what was chosen. */
@NullMarked
package dev.hone.recipes.prefer;

import org.jspecify.annotations.NullMarked;
