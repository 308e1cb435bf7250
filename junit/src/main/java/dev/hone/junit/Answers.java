package dev.hone.junit;

import dev.hone.recipes.evaluate.Measure;
import dev.hone.report.Intervals;
import dev.hone.train.Validation.Direction;
import java.util.List;
import java.util.Locale;

/** A model's answers to the cases of a file, in their order. */
record Answers(List<Answer> all) {
    /** The cases that a failure lists. */
    private static final int LISTED = 5;

    Answers {
        all = List.copyOf(all);
    }

    long right() {
        return all.stream().filter(Answer::isRight).count();
    }

    double meanScore() {
        return all.stream().mapToDouble(Answer::score).average().orElse(0);
    }

    /** The share of right answers. */
    Measure accuracy() {
        return new Measure(
                right() / (double) all.size(), Intervals.wilson(right(), all.size()), Direction.HIGHER_IS_BETTER);
    }

    /** The share of right answers in words. */
    String described() {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %d right (95 %%: %s)",
                100 * accuracy().value(),
                all.size(),
                accuracy().interval().percent());
    }

    /** Cases as a failure lists them: the first of them, and how many more there are. */
    static String list(List<Answer> cases) {
        StringBuilder text = new StringBuilder();
        for (Answer answer : cases.subList(0, Math.min(LISTED, cases.size()))) {
            text.append("\n  ").append(answer.place());
            text.append("\n    prompt:   ").append(line(answer.prompt()));
            if (!answer.expected().isEmpty()) {
                text.append("\n    expected: ").append(line(answer.expected()));
            }
            text.append("\n    got:      ").append(line(answer.got()));
        }
        return cases.size() > LISTED ? text + "\n  and " + (cases.size() - LISTED) + " more" : text.toString();
    }

    private static String line(String text) {
        String one = text.strip().replaceAll("\\R", "⏎");
        return one.codePointCount(0, one.length()) <= 200
                ? one
                : one.substring(0, one.offsetByCodePoints(0, 200)) + " …";
    }
}
