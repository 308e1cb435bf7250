/** From rows of a file to batches a model can compute: reading, rendering, masking, packing, ordering. */
@NullMarked
package dev.hone.data;

import org.jspecify.annotations.NullMarked;
