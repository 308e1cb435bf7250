/** What a model computes in one pass: segments of tokens, and the targets they are scored at. */
@NullMarked
package dev.hone.data.batch;

import org.jspecify.annotations.NullMarked;
