package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a question of held-out rows is asked with.
 *
 * @param documents distractors beside the oracle, distractors alone, or retrieved documents
 */
public record Condition(Kind kind, int documents) {
    /** Where documents come from. */
    public enum Kind {
        /** The question alone. */
        CLOSED_BOOK,
        /** The document that answers, among distractors, at a place that the row's number draws. */
        ORACLE,
        /** Distractors alone. */
        ABSENT,
        /** What BM25 finds, the best first. */
        RETRIEVED
    }

    /** The most documents that a held-out row brings for a condition. */
    public static final int MOST = RaftRows.MOST;

    /** As a table names it. */
    public String title() {
        return switch (kind) {
            case CLOSED_BOOK -> "closed book";
            case ORACLE -> "oracle + " + documents;
            case ABSENT -> "absent, " + documents;
            case RETRIEVED -> "retrieved " + documents;
        };
    }

    /** The prompt for a held-out row; empty where the row has fewer documents than that. */
    public Optional<String> prompt(ObjectNode row, int number) {
        return switch (kind) {
            case CLOSED_BOOK -> Optional.of(prompt(List.of(), row));
            case ABSENT -> first(row.path("distractors")).map(texts -> prompt(texts, row));
            case RETRIEVED -> first(row.path("retrieved")).map(texts -> prompt(texts, row));
            case ORACLE ->
                first(row.path("distractors")).map(texts -> {
                    List<String> all = new ArrayList<>(texts);
                    long place = Draw.of(0, "place of the oracle").at(number).below(0, documents + 1L);
                    all.add((int) place, row.path("oracle").asText());
                    return prompt(all, row);
                });
        };
    }

    private static String prompt(List<String> texts, ObjectNode row) {
        return RaftForm.prompt(texts, row.path("question").asText());
    }

    private Optional<List<String>> first(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < Math.min(documents, list.size()); i++) {
            texts.add(list.get(i).asText());
        }
        return texts.size() == documents ? Optional.of(texts) : Optional.empty();
    }
}
