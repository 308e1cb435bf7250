package dev.hone.reward;

import dev.hone.generate.Completion;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Right is where the last number of a completion equals the last number of the task's answer; thousands may be set apart by
 * commas.
 *
 * @param column where the answer stands
 */
public record NumericReward(String column) implements Reward {
    private static final Pattern NUMBER = Pattern.compile("-?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?");

    @Override
    public double score(Task task, Completion completion) {
        String answer = task.text(column);
        BigDecimal expected = last(answer)
                .orElseThrow(
                        () -> new IllegalArgumentException("column " + column + " (" + answer + ") has no number"));
        return last(completion.text())
                        .filter(found -> found.compareTo(expected) == 0)
                        .isPresent()
                ? 1
                : 0;
    }

    static Optional<BigDecimal> last(String text) {
        String found = null;
        for (Matcher match = NUMBER.matcher(text); match.find(); ) {
            found = match.group();
        }
        return Optional.ofNullable(found).map(number -> new BigDecimal(number.replace(",", "")));
    }
}
