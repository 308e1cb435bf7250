package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * How the rows of a file say what is asked, what there is to choose from, and which choice is right. Questions are written as the
 * lm-evaluation-harness (0.4) writes those of the same set, so that log-likelihoods are comparable.
 */
public enum ChoiceFormat {
    /** Recognised by the first row's columns. */
    AUTO(List.of()),
    /** A text, its possible continuations, and the index of the right one: ARC, HellaSwag. */
    PLAIN(List.of("query", "choices", "gold")),
    /** A question whose choices are listed under letters, of which one is to follow: MMLU. */
    LETTERS(List.of("question", "choices", "answer")),
    /** KoBEST: a text, a question, and whether it is so. */
    KOBEST_BOOLQ(List.of("Text", "Question", "Answer")),
    /** KoBEST: a sentence, and which of two is its cause or its result. */
    KOBEST_COPA(List.of("sentence", "question", "1", "2", "Answer")),
    /** KoBEST: a story, and which of four sentences continues it. */
    KOBEST_HELLASWAG(List.of("context", "choice1", "choice2", "choice3", "choice4", "label")),
    /** KoBEST: whether a review is positive. */
    KOBEST_SENTINEG(List.of("Text", "Label")),
    /** KoBEST: whether a word means the same in two sentences. */
    KOBEST_WIC(List.of("Target", "SENTENCE1", "SENTENCE2", "ANSWER"));

    private static final List<String> NO_YES = List.of("아니오", "예");
    private static final List<String> BAD_GOOD = List.of("부정", "긍정");

    private final List<String> columns;

    ChoiceFormat(List<String> columns) {
        this.columns = columns;
    }

    /**
     * A question in a form that a model's log-likelihoods decide.
     *
     * @param description stands once before everything, examples too; may be empty
     * @param text what is asked
     * @param gold index of the right choice
     */
    record Question(String description, String text, List<String> choices, int gold) {
        String answer() {
            return choices.get(gold);
        }
    }

    /** The format of a file whose first row this is; {@link DataException} naming all formats where it is none. */
    ChoiceFormat recognised(ObjectNode first, String place) {
        if (this != AUTO) {
            return this;
        }
        return Arrays.stream(values())
                .filter(format -> format != AUTO && format.columns.stream().allMatch(first::hasNonNull))
                .findFirst()
                .orElseThrow(() -> DataException.at(
                        place,
                        "has the columns " + names(first) + ", which are not those of a multiple-choice row; known are "
                                + known() + "; write other columns as one of these"));
    }

    private static String names(ObjectNode row) {
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        return String.join(", ", names);
    }

    private static String known() {
        return Arrays.stream(values())
                .filter(format -> format != AUTO)
                .map(format -> "{" + String.join(", ", format.columns) + "} ("
                        + format.name().toLowerCase(Locale.ROOT).replace('_', '-') + ")")
                .collect(Collectors.joining(", "));
    }

    /** The question of a row. */
    Question read(ObjectNode row, String place) {
        for (String column : columns) {
            if (!row.hasNonNull(column)) {
                throw DataException.at(
                        place,
                        "column " + column + " is missing; a row of this file is {" + String.join(", ", columns) + "}");
            }
        }
        Row of = new Row(row, place);
        Question question = switch (this) {
            case AUTO -> throw new IllegalStateException("a format is recognised before rows are read");
            case PLAIN -> new Question("", of.text("query"), of.list("choices"), of.index("gold"));
            case LETTERS -> letters(of);
            case KOBEST_BOOLQ ->
                new Question("", of.text("Text") + " 질문: " + of.text("Question") + " 답변: ", NO_YES, of.truth("Answer"));
            case KOBEST_COPA ->
                new Question(
                        "",
                        of.text("sentence") + " " + of.connector(),
                        List.of(of.text("1"), of.text("2")),
                        of.index("Answer") - 1);
            case KOBEST_HELLASWAG ->
                new Question(
                        "",
                        "문장: " + of.text("context"),
                        List.of(of.text("choice1"), of.text("choice2"), of.text("choice3"), of.text("choice4")),
                        of.index("label"));
            case KOBEST_SENTINEG -> new Question("", "문장: " + of.text("Text") + " 긍부정:", BAD_GOOD, of.index("Label"));
            case KOBEST_WIC ->
                new Question(
                        "",
                        "문장1: " + of.text("SENTENCE1") + " 문장2: " + of.text("SENTENCE2") + " 두 문장에서 "
                                + of.text("Target") + "가 같은 뜻으로 쓰였나?",
                        NO_YES,
                        of.truth("ANSWER"));
        };
        if (question.gold() < 0 || question.gold() >= question.choices().size()) {
            throw DataException.at(
                    place,
                    "the right answer is choice " + question.gold() + ", counted from 0, but there are only "
                            + question.choices().size() + " choices");
        }
        return question;
    }

    private static Question letters(Row of) {
        List<String> choices = of.list("choices");
        List<String> letters = new ArrayList<>();
        StringBuilder text = new StringBuilder(of.text("question").strip());
        for (int i = 0; i < choices.size(); i++) {
            String letter = String.valueOf((char) ('A' + i));
            letters.add(letter);
            text.append('\n').append(letter).append(". ").append(choices.get(i));
        }
        String subject = of.row().path("subject").asText("").replace('_', ' ');
        return new Question(
                subject.isEmpty()
                        ? ""
                        : "The following are multiple choice questions (with answers) about " + subject + ".\n\n",
                text.append("\nAnswer:").toString(),
                letters,
                of.letter("answer"));
    }

    /** A row's columns, which must be what they stand for. */
    private record Row(ObjectNode row, String place) {
        String text(String column) {
            JsonNode value = row.path(column);
            if (!value.isValueNode() || value.asText().isBlank()) {
                throw DataException.at(place, "column " + column + " must be a text that is not empty");
            }
            return value.asText();
        }

        List<String> list(String column) {
            List<String> texts = StreamSupport.stream(row.path(column).spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            if (texts.size() < 2 || texts.size() > 26 || texts.stream().anyMatch(String::isBlank)) {
                throw DataException.at(
                        place, "column " + column + " must be a list of 2 to 26 texts, none of them empty");
            }
            return texts;
        }

        int index(String column) {
            String text = row.path(column).asText().strip();
            if (!text.matches("\\d{1,3}")) {
                throw DataException.at(place, "column " + column + " (" + text + ") must be the number of a choice");
            }
            return Integer.parseInt(text);
        }

        int letter(String column) {
            String text = row.path(column).asText().strip();
            return text.matches("[A-Z]") ? text.charAt(0) - 'A' : index(column);
        }

        int truth(String column) {
            return switch (row.path(column).asText().strip().toLowerCase(Locale.ROOT)) {
                case "true", "1" -> 1;
                case "false", "0" -> 0;
                default ->
                    throw DataException.at(
                            place, "column " + column + " (" + row.path(column).asText() + ") must be true or false");
            };
        }

        String connector() {
            return switch (row.path("question").asText().strip()) {
                case "원인" -> " 왜냐하면";
                case "결과" -> " 그래서";
                default ->
                    throw DataException.at(
                            place, "column question (" + row.path("question").asText() + ") must be 원인 or 결과");
            };
        }
    }
}
