/** Vocabularies of tokenizers that come without a {@code tokenizer.json}, and the {@code tokenizer.json} that says the same. */
@NullMarked
package dev.hone.text.vocabulary;

import org.jspecify.annotations.NullMarked;
