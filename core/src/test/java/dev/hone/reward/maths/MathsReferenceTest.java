package dev.hone.reward.maths;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The right answers of GSM8K, SVAMP and MATH, in the folders of these names of {@code -Dhone.reference}. */
class MathsReferenceTest {
    private record Column(String file, String name, boolean isSolution) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("gsm8k/test.jsonl", "answer", true),
            new Column("gsm8k/train.jsonl", "answer", true),
            new Column("svamp/svamp.jsonl", "Answer", false),
            new Column("math/math500_dev.jsonl", "answer", false),
            new Column("math/math500_dev.jsonl", "solution", true),
            new Column("math/rl_prompts_train.jsonl", "answer", false),
            new Column("math/train_solutions_l1-3.jsonl", "solution", true));

    /** Each right answer is read, and said by its own solution as a completion, or by itself in a box. */
    @Test
    void everyRightAnswerAgreesWithItself() throws IOException {
        List<String> disagreeing = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        int rows = 0;
        for (Column column : COLUMNS) {
            for (JsonNode row : rows(column)) {
                String text = row.path(column.name()).asText();
                MathsAnswer right = MathsAnswer.ofReference(text);
                rows++;
                if (MathsAnswer.ofCompletion(column.isSolution() ? text : "\\boxed{" + text + "}")
                        .filter(right::isSaidBy)
                        .isEmpty()) {
                    disagreeing.add(right.text());
                }
                right.problem().ifPresent(problem -> unread.add(right.text() + ": " + problem));
            }
        }
        assertThat(rows).isEqualTo(7_200);
        assertThat(disagreeing).isEmpty();
        assertThat(unread).isEmpty();
    }

    /** MATH-500 has the answer apart and in its solution. */
    @Test
    void answersAndSolutionsAgree() throws IOException {
        for (JsonNode row : rows(new Column("math/math500_dev.jsonl", "", true))) {
            MathsAnswer right = MathsAnswer.ofReference(row.path("answer").asText());
            assertThat(MathsAnswer.ofCompletion(row.path("solution").asText()))
                    .as(right.text())
                    .hasValueSatisfying(
                            answer -> assertThat(right.isSaidBy(answer)).isTrue());
        }
    }

    /** Every other answer is wrong unless it has the same value: 3.4 million pairs, all that are accepted are told by their keys or listed. */
    @Test
    void otherRowsAreWrong() throws IOException {
        TreeSet<String> texts = new TreeSet<>();
        for (Column column : COLUMNS) {
            for (JsonNode row : rows(column)) {
                texts.add(MathsAnswer.ofReference(row.path(column.name()).asText())
                        .text());
            }
        }
        List<MathsAnswer> answers = texts.stream().map(MathsAnswer::read).toList();
        List<String> accepted = new ArrayList<>();
        for (MathsAnswer right : answers) {
            for (MathsAnswer other : answers) {
                if (right != other && right.isSaidBy(other) && !right.key().equals(other.key())) {
                    accepted.add(right.text() + " = " + other.text());
                }
            }
        }
        // percent as a fraction, degrees as radians, digits without their base, a pair with and without parentheses,
        // equal roots
        assertThat(accepted)
                .allMatch(pair -> pair.matches(".*(?:%|\\\\circ|_\\{?\\d+|\\(1,2\\)|\\\\sqrt|\\bC\\b).*"))
                .hasSizeLessThan(100);
    }

    /** The right answer of each row, rewritten in ways that keep its value, and with a mistake that does not. */
    @Test
    void rewrittenAnswersAreRightAndMistakesWrong() throws IOException {
        int forms = 0;
        int wrong = 0;
        List<String> refused = new ArrayList<>();
        List<String> accepted = new ArrayList<>();
        for (Column column : COLUMNS) {
            for (JsonNode row : rows(column)) {
                MathsAnswer right =
                        MathsAnswer.ofReference(row.path(column.name()).asText());
                for (String form : forms(right.text())) {
                    forms++;
                    if (MathsAnswer.ofCompletion(form).filter(right::isSaidBy).isEmpty()) {
                        refused.add(right.text() + " not by " + form);
                    }
                }
                for (String mistake : Mistakes.in(right.text())) {
                    wrong++;
                    if (right.isSaidBy(MathsAnswer.read(mistake))) {
                        accepted.add(right.text() + " by " + mistake);
                    }
                }
            }
        }
        assertThat(forms).isGreaterThan(20_000);
        assertThat(refused).isEmpty();
        assertThat(wrong).isGreaterThan(10_000);
        assertThat(accepted).isEmpty();
    }

    private static List<String> forms(String right) {
        List<String> forms = new ArrayList<>();
        forms.add("Therefore the value is $\\boxed{" + right + "}$.");
        forms.add("<think>Is it $\\boxed{0}$? No.</think>\n<answer>" + right + "</answer>");
        forms.add("<answer> $" + right + "$ </answer>");
        forms.add("\\boxed{\\displaystyle " + right.replace("\\frac", "\\dfrac").replace(",", ", ") + " }");
        forms.add(
                "\\boxed{" + right.replace("\\left", "").replace("\\right", "").replace("\\!", "") + ".}");
        forms.add("\\[\\boxed{"
                + right.replace("(", "\\left(")
                        .replace("\\left\\left", "\\left")
                        .replace(")", "\\right)")
                        .replace("\\right\\right", "\\right")
                + "}\\]");
        if (right.matches("-?[0-9]+")) {
            forms.add("#### " + right);
            forms.add("The answer is " + right + ".");
            forms.add("\\boxed{x = " + right + ".00}");
            forms.add("\\boxed{\\frac{" + right + "0}{10}}");
        }
        return forms;
    }

    private static List<JsonNode> rows(Column column) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Reference.path(column.file()))) {
            rows.add(json.readTree(line));
        }
        return rows;
    }
}
