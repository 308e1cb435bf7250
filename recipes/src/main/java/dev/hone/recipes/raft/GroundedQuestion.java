package dev.hone.recipes.raft;

import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Language;
import java.util.List;

/**
 * A question with the chunk that answers it.
 *
 * @param number its place among all questions, dropped ones included, by which everything about it is drawn
 * @param oracle the chunk
 * @param quote words of the oracle that hold the answer
 * @param reply what a model learns to reply
 */
record GroundedQuestion(
        int number, String id, String text, List<String> answers, Chunk oracle, String quote, String reply) {
    GroundedQuestion {
        answers = answers.stream().map(String::strip).distinct().toList();
    }

    Language language() {
        return Language.of(text + " " + oracle.text());
    }

    GroundedQuestion replying(String other) {
        return new GroundedQuestion(number, id, text, answers, oracle, quote, other);
    }
}
