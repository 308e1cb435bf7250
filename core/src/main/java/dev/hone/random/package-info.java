/** Random numbers by position and not by history: the same position in a run always has the same numbers. */
@NullMarked
package dev.hone.random;

import org.jspecify.annotations.NullMarked;
