package dev.hone.retrieve;

import java.util.List;

/** Finds the chunks that a question is about. Safe to share between threads. */
public interface Retriever {
    /** A chunk that was found; a higher score is a better match. */
    record Hit(Chunk chunk, double score) {}

    /** At most {@code most} chunks, the best first; the same for the same question. */
    List<Hit> find(String question, int most);
}
