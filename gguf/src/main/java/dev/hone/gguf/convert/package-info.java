/** Checkpoints and adapters as GGUF, and GGUF as checkpoints: names, metadata, tokenizer and template. */
@NullMarked
package dev.hone.gguf.convert;

import org.jspecify.annotations.NullMarked;
