package dev.hone.reward;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a judge model is asked about an answer, as a file of {@code judge:FILE} has it. {@code {prompt}}, {@code {answer}} and {@code
 * {reference}} in the question stand for the task's prompt, the completion and the right answer. A question with {@code {a}} and {@code
 * {b}} compares two answers, the completion and the right one, and is asked twice, with each of them in front.
 *
 * @param model folder of the judge
 * @param adapter folder of an adapter on it; null: none
 * @param question what it reads
 * @param yes the word for a right answer, or for the first of two being better; null: {@code yes}, or {@code A} of two
 * @param no the other word; null: {@code no}, or {@code B} of two
 * @param graded whether the score is the probability of the verdict, between 0 and 1, and not the likelier verdict
 */
public record JudgeQuestion(
        Path model,
        @Nullable Path adapter,
        @Default(DEFAULT) String question,
        @Nullable String yes,
        @Nullable String no,
        @Default("false") boolean graded) {
    /** The question where none is given. */
    static final String DEFAULT =
            "\"Question: {prompt}\\n\\nRight answer: {reference}\\n\\nGiven answer: {answer}\\n\\n"
                    + "Does the given answer say the same as the right answer? Reply with yes or no.\"";

    private static final Pattern PLACE = Pattern.compile("\\{(prompt|answer|reference|a|b)}");

    public JudgeQuestion {
        boolean pair = question.contains("{a}") && question.contains("{b}");
        require(
                pair != question.contains("{answer}"),
                "question (%s) must hold {answer}, or both {a} and {b} to compare two answers",
                question);
        require(
                !wordOr(yes, "yes").isBlank() && !wordOr(no, "no").isBlank(),
                "yes (%s) and no (%s) must be words",
                yes,
                no);
    }

    /** The usual question to a judge in a folder. */
    static JudgeQuestion to(Path model) {
        String plain = DEFAULT.substring(1, DEFAULT.length() - 1).replace("\\n", "\n");
        return new JudgeQuestion(model, null, plain, null, null, false);
    }

    /** Whether two answers are compared. */
    boolean comparesTwo() {
        return question.contains("{a}");
    }

    /** The word for a right answer, or for the first of two. */
    String positive() {
        return wordOr(yes, comparesTwo() ? "A" : "yes");
    }

    /** The other word. */
    String negative() {
        return wordOr(no, comparesTwo() ? "B" : "no");
    }

    private static String wordOr(@Nullable String word, String usual) {
        return word == null ? usual : word;
    }

    /**
     * The question about an answer, its places filled.
     *
     * @param column where the right answer stands
     * @param answerIsFirst whether of two answers the completion is {@code {a}}
     * @throws IllegalArgumentException if the task lacks what the question asks about
     */
    String about(Task task, String answer, String column, boolean answerIsFirst) {
        Matcher places = PLACE.matcher(question);
        StringBuilder text = new StringBuilder();
        while (places.find()) {
            String value = switch (places.group(1)) {
                case "prompt" -> conversation(task.messages());
                case "reference" -> task.texts(column).get(0);
                case "a" -> answerIsFirst ? answer : task.texts(column).get(0);
                case "b" -> answerIsFirst ? task.texts(column).get(0) : answer;
                default -> answer;
            };
            places.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return places.appendTail(text).toString();
    }

    private static String conversation(List<Message> messages) {
        return messages.size() == 1
                ? messages.get(0).content()
                : messages.stream()
                        .map(message ->
                                message.role().name().toLowerCase(java.util.Locale.ROOT) + ": " + message.content())
                        .collect(Collectors.joining("\n"));
    }
}
