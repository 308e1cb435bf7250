/** Internal: which keys a query reads, over a batch, over a cache, and its backward. */
@NullMarked
package dev.hone.model.attention;

import org.jspecify.annotations.NullMarked;
