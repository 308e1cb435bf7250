/** GGUF, the file format of llama.cpp: metadata and tensors in one file. {@code block} knows how numbers are packed. */
@NullMarked
package dev.hone.gguf;

import org.jspecify.annotations.NullMarked;
