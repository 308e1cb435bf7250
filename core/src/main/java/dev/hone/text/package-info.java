/**
 * Text and what becomes of it: messages, the templates that write them out, and the tokenizers that turn text into ids.
 *
 * <p>{@link dev.hone.text.Tokenizer} is the surface everything above uses; {@link dev.hone.text.TokenizerFile} opens the
 * one of a checkpoint and {@link dev.hone.text.BpeTrainer} learns a new one.
 */
@NullMarked
package dev.hone.text;

import org.jspecify.annotations.NullMarked;
