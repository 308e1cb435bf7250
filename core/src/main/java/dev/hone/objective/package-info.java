/** What a model should learn from its scores: one objective, one file. */
@NullMarked
package dev.hone.objective;

import org.jspecify.annotations.NullMarked;
