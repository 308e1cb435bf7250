/** What a model that is given to others says of itself. */
@NullMarked
package dev.hone.recipes.card;

import org.jspecify.annotations.NullMarked;
