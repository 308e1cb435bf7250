package dev.hone.recipes.raft;

import java.util.List;
import java.util.Set;

/**
 * A question as it was found or made up, before the chunk that answers it is known.
 *
 * @param answers right answers; the first is the one that is trained
 * @param documents ids of the documents that may answer it; empty: any
 * @param start where the answer begins in the only document, in characters; below zero: to be looked for
 */
record Question(String id, String text, List<String> answers, Set<String> documents, int start) {
    Question {
        answers = List.copyOf(answers);
        documents = Set.copyOf(documents);
    }
}
