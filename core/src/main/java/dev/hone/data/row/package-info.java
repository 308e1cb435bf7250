/** What a line of a file means, and what becomes of it as tokens. */
@NullMarked
package dev.hone.data.row;

import org.jspecify.annotations.NullMarked;
