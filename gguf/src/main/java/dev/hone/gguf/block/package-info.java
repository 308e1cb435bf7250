/** Numbers in blocks of a fixed size, as ggml packs them: plain halves, and integers with shared scales. */
@NullMarked
package dev.hone.gguf.block;

import org.jspecify.annotations.NullMarked;
