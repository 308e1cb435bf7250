/** What a model's own texts are worth, and which of them it should learn from. */
@NullMarked
package dev.hone.rollout;

import org.jspecify.annotations.NullMarked;

