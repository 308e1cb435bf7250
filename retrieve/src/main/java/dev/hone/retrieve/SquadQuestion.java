package dev.hone.retrieve;

import java.util.List;

/**
 * A question of a file in SQuAD's form about one of its documents.
 *
 * @param document the id of its document
 * @param answers right answers as they stand in the document; empty where the file says there is none
 * @param start where the first answer begins in the document's text, in characters; below zero where there is none
 */
public record SquadQuestion(String id, String document, String text, List<String> answers, int start) {
    public SquadQuestion {
        answers = List.copyOf(answers);
    }

    SquadQuestion in(String other) {
        return new SquadQuestion(id, other, text, answers, start);
    }
}
