/** Adapters as an argument of the forward pass: their configuration, their deltas, several of them in one batch. */
@NullMarked
package dev.hone.model.adapter;

import org.jspecify.annotations.NullMarked;
