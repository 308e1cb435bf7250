/** Retrieval-augmented fine-tuning (RAFT): rows whose prompt holds documents, made from documents; what their replies are judged by. */
@NullMarked
package dev.hone.recipes.raft;

import org.jspecify.annotations.NullMarked;
