package dev.hone.junit;

import static dev.hone.error.Require.require;

import dev.hone.recipes.evaluate.Measure;
import dev.hone.recipes.reward.RewardChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opentest4j.AssertionFailedError;

/**
 * Cases that the model under test answers greedily, and what is asserted of the answers. Immutable; every method but the assertions
 * returns another check. A failure names the first five cases and counts the others.
 *
 * @param file its cases, rows of {@code ./hone sample}
 * @param reward what an answer is scored by, as {@code --reward} of {@code ./hone sample} names it
 * @param answerColumn the column with the right answer
 * @param maxTokens a longer answer is cut and scored as it stands
 */
public record CaseCheck(ModelUnderTest model, Path file, RewardChoice reward, String answerColumn, int maxTokens) {
    public CaseCheck {
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
    }

    /** The same with another reward: {@code numeric}, {@code contains}, {@code schema:FILE} … */
    public CaseCheck scoredBy(String name) {
        return new CaseCheck(model, file, RewardChoice.of(name), answerColumn, maxTokens);
    }

    /** The same with the right answer in another column. */
    public CaseCheck answerIn(String column) {
        return new CaseCheck(model, file, reward, column, maxTokens);
    }

    /** The same with longer or shorter answers. */
    public CaseCheck maxTokens(int tokens) {
        return new CaseCheck(model, file, reward, answerColumn, tokens);
    }

    /** Asserts that at least this share of the answers is right. */
    public void atLeast(double share) {
        require(share >= 0 && share <= 1, "share (%s) must be from 0 to 1", share);
        Answers answers = model.answers(this);
        if (answers.accuracy().value() < share) {
            throw tooFew(answers, String.format(Locale.ROOT, "at least %s", percent(share)));
        }
    }

    /** Asserts that the share of right answers is this with 95 % certainty: the lower end of its Wilson interval reaches it. */
    public void surelyAtLeast(double share) {
        require(share >= 0 && share <= 1, "share (%s) must be from 0 to 1", share);
        Answers answers = model.answers(this);
        if (answers.accuracy().interval().low() < share) {
            throw tooFew(answers, String.format(Locale.ROOT, "an interval from %s", percent(share)));
        }
    }

    /** Asserts that the scores' mean is at least this: for rewards that grade, such as {@code chrf}. */
    public void meanAtLeast(double score) {
        Answers answers = model.answers(this);
        if (answers.meanScore() < score) {
            List<Answer> worst = new ArrayList<>(answers.all());
            worst.sort(java.util.Comparator.comparingDouble(Answer::score));
            throw new AssertionFailedError(
                    String.format(
                            Locale.ROOT,
                            "%s: the mean score of %d answers is %.3f, expected at least %s; the lowest:%s",
                            file,
                            answers.all().size(),
                            answers.meanScore(),
                            score,
                            Answers.list(worst)),
                    score,
                    answers.meanScore());
        }
    }

    /**
     * Asserts that of the base's accuracy on these cases at most this share is lost: 0.02 where it may fall from 50 % to 49 %. What
     * else became right is set against what became wrong.
     */
    public void losesAtMost(double share) {
        require(share >= 0 && share <= 1, "share (%s) must be from 0 to 1", share);
        Answers before = model.baseAnswers(this);
        Answers now = model.answers(this);
        if (before.right() == 0) {
            throw new AssertionFailedError(
                    file + ": the base answers none of " + before.all().size()
                            + " cases right, so that there is nothing to lose; name cases that it can do");
        }
        Measure accuracy = now.accuracy();
        double lost = accuracy.lossFrom(before.accuracy());
        if (lost > share) {
            List<Answer> gone = new ArrayList<>();
            long gained = 0;
            for (int i = 0; i < now.all().size(); i++) {
                boolean was = before.all().get(i).isRight();
                boolean is = now.all().get(i).isRight();
                if (was && !is) {
                    gone.add(now.all().get(i));
                }
                gained += !was && is ? 1 : 0;
            }
            throw new AssertionFailedError(
                    String.format(
                            Locale.ROOT,
                            "%s: lost %s of the base's accuracy (base: %s; now: %s), expected at most %s; %d became wrong, %d right:%s",
                            file,
                            percent(lost),
                            before.described(),
                            now.described(),
                            percent(share),
                            gone.size(),
                            gained,
                            Answers.list(gone)),
                    before.accuracy().value() * (1 - share),
                    accuracy.value());
        }
    }

    private AssertionFailedError tooFew(Answers answers, String expected) {
        List<Answer> wrong =
                answers.all().stream().filter(answer -> !answer.isRight()).toList();
        return new AssertionFailedError(
                file + ": " + answers.described() + ", expected " + expected + "; " + wrong.size() + " wrong:"
                        + Answers.list(wrong),
                expected,
                answers.accuracy().value());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
