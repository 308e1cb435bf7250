/** Numbers drawn by position and not by history: the same place in a run always draws the same. */
@NullMarked
package dev.hone.random;

import org.jspecify.annotations.NullMarked;
