/** Kinds of training rows: how each is read, described, checked and guarded. One file each. */
@NullMarked
package dev.hone.recipes.data;

import org.jspecify.annotations.NullMarked;
