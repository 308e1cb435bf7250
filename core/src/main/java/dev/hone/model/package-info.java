/** Decoder-only language models: configuration, weights, layers, adapters and the head that scores tokens. */
@NullMarked
package dev.hone.model;

import org.jspecify.annotations.NullMarked;
