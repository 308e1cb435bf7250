package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.retrieve.Document;
import dev.hone.retrieve.Wording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Questions in the rows of a file: {@code question} and {@code answer} (or {@code answers}, or {@code cot_answer}, whose last sentence
 * names it). A row may say where the answer is: {@code oracle_context}, the passage itself, or {@code documents}, those among which it is.
 */
final class QuestionRows {
    private static final Pattern CONCLUSION =
            Pattern.compile("(?s).*(?:<ANSWER>:|answer is:?)\\s*(.+?)\\.?\\s*$", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> idByText = new HashMap<>();
    private final List<Document> documents;

    QuestionRows(List<Document> documents) {
        this.documents = documents;
        documents.forEach(document -> idByText.putIfAbsent(Wording.folded(document.text()), document.id()));
    }

    /** All questions of a file; one without an answer has none, so that it is counted. */
    List<Question> read(Path file) {
        JsonlFile rows = JsonlFile.open(file);
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            ObjectNode row = rows.row(i);
            String id = Stream.of("id", "qid")
                    .map(row::path)
                    .filter(JsonNode::isValueNode)
                    .map(JsonNode::asText)
                    .findFirst()
                    .orElse(rows.place(i));
            String text = text(row, "question").or(() -> text(row, "prompt")).orElse("");
            List<String> answers = answers(row);
            questions.add(passage(row)
                    .filter(passage -> !answers.isEmpty())
                    .flatMap(passage -> within(passage, answers, id, text))
                    .orElseGet(() -> new Question(id, text, answers, named(row), -1)));
        }
        return questions;
    }

    private static List<String> answers(ObjectNode row) {
        List<String> answers = new ArrayList<>();
        for (JsonNode answer : row.path("answers")) {
            answers.add(
                    answer.isTextual() ? answer.asText() : answer.path("text").asText());
        }
        text(row, "answer").filter(answer -> !answers.contains(answer)).ifPresent(answer -> answers.add(0, answer));
        if (answers.isEmpty()) {
            text(row, "cot_answer")
                    .map(CONCLUSION::matcher)
                    .filter(Matcher::matches)
                    .ifPresent(conclusion -> answers.add(conclusion.group(1)));
        }
        answers.removeIf(String::isBlank);
        return answers;
    }

    private static Optional<String> passage(ObjectNode row) {
        return Stream.of("oracle_context", "oracle", "context", "passage")
                .flatMap(name -> text(row, name).stream())
                .findFirst();
    }

    /** The question with its answer's place, where the passage is part of a document and holds the answer. */
    private Optional<Question> within(String passage, List<String> answers, String id, String text) {
        int inside = passage.indexOf(answers.get(0));
        return documents.stream()
                .filter(document -> inside >= 0 && document.text().contains(passage))
                .findFirst()
                .map(document -> new Question(
                        id,
                        text,
                        answers,
                        Set.of(document.id()),
                        document.text().indexOf(passage) + inside));
    }

    /** The ids of the documents that a row holds itself. */
    private Set<String> named(ObjectNode row) {
        Set<String> named = new HashSet<>();
        for (JsonNode document : row.path("documents")) {
            String text = document.isTextual()
                    ? document.asText()
                    : document.path("text").asText();
            Optional.ofNullable(idByText.get(Wording.folded(text))).ifPresent(named::add);
        }
        return named;
    }

    private static Optional<String> text(ObjectNode row, String column) {
        return row.path(column).isValueNode() && !row.path(column).isNull()
                ? Optional.of(row.path(column).asText())
                : Optional.empty();
    }
}
