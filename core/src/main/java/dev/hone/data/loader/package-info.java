/** The order in which rows are trained: epochs, mixtures, replay, packing, micro-batches. */
@NullMarked
package dev.hone.data.loader;

import org.jspecify.annotations.NullMarked;
