/**
 * Messages, the chat templates that render them, and the tokenizers that turn text into ids.
 *
 * <p>{@link dev.hone.text.Tokenizer} is the interface that everything above uses; {@link dev.hone.text.TokenizerFile} opens the
 * one of a checkpoint and {@link dev.hone.text.bpe.BpeTrainer} trains a new one.
 */
@NullMarked
package dev.hone.text;

import org.jspecify.annotations.NullMarked;
