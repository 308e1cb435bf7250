/** Training of a byte-level BPE tokenizer. */
@NullMarked
package dev.hone.text.bpe;

import org.jspecify.annotations.NullMarked;
