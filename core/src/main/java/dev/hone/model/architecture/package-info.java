/** The shape of a model, and what distinguishes one family from another. One file each. */
@NullMarked
package dev.hone.model.architecture;

import org.jspecify.annotations.NullMarked;
