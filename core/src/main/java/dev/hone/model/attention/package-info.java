/** Internal: which keys a query reads, over a batch, over a cache, and the backward of it. */
@NullMarked
package dev.hone.model.attention;

import org.jspecify.annotations.NullMarked;
