/** The rewards that files and options name: what answers are scored by, one alone or several with weights. */
@NullMarked
package dev.hone.recipes.reward;

import org.jspecify.annotations.NullMarked;
