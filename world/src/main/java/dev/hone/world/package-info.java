/**
 * A small invented world: the texts that a small bilingual model is pre-trained on, and the instructions for its fine-tuning and
 * evaluation.
 *
 * <p>{@link dev.hone.world.World} holds people, places and words; {@link dev.hone.world.Corpus} writes an endless
 * numbered sequence of documents about them and about people made up for a single document; {@link
 * dev.hone.world.Instructions} asks for things with exactly checkable answers. Everything follows from a seed and a
 * number, never from what was generated before.
 */
@NullMarked
package dev.hone.world;

import org.jspecify.annotations.NullMarked;
