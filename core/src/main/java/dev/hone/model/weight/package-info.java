/** A model's weights: where they come from, and how they are held. */
@NullMarked
package dev.hone.model.weight;

import org.jspecify.annotations.NullMarked;
