package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Reward} keeps: a score is a finite number that depends on the task and the completion alone, asked again, of
 * another instance, or together with others.
 *
 * <p>A subclass names a task and completions of it, the best one first and the worst one last.
 */
public abstract class RewardContract {
    /** A reward of its own for the caller, who closes it. */
    protected abstract Reward open();

    /** What is answered. */
    protected abstract Task task();

    /** The texts of at least two completions, in descending order of their scores, the last worth less than the first. */
    protected abstract List<String> completions();

    /** A completion whose text alone counts. */
    public static Completion completion(String text) {
        return new Completion(new int[0], new float[0], text, StopReason.END_OF_TEXT);
    }

    @Test
    void betterCompletionsScoreHigher() {
        try (Reward reward = open()) {
            List<Double> scores = all().stream()
                    .map(completion -> reward.score(task(), completion))
                    .toList();
            assertThat(scores).allMatch(Double::isFinite);
            assertThat(scores).isSortedAccordingTo(Collections.reverseOrder());
            assertThat(scores.get(scores.size() - 1)).isLessThan(scores.get(0));
        }
    }

    @Test
    void aScoreAskedAgainIsTheSame() {
        try (Reward one = open();
                Reward other = open()) {
            for (Completion completion : all()) {
                double score = one.score(task(), completion);
                assertThat(one.score(task(), completion)).isEqualTo(score);
                assertThat(other.score(task(), completion)).isEqualTo(score);
            }
        }
    }

    /** Together, in reverse order and one twice, each has the score that it has alone. */
    @Test
    void completionsScoredTogetherHaveTheirOwnScores() {
        try (Reward reward = open()) {
            List<Completion> several = new ArrayList<>(all());
            Collections.reverse(several);
            several.add(several.get(0));
            List<Double> together = reward.scores(task(), several);
            assertThat(together).hasSameSizeAs(several);
            for (int i = 0; i < several.size(); i++) {
                assertThat(together.get(i)).isCloseTo(reward.score(task(), several.get(i)), within(1e-6));
            }
            assertThat(reward.scores(task(), List.of())).isEmpty();
        }
    }

    @Test
    void theTaskStaysAsItIs() {
        Task task = task();
        Task before = new Task(task.row(), task.messages(), task.columns().deepCopy());
        try (Reward reward = open()) {
            reward.scores(task, all());
        }
        assertThat(task).isEqualTo(before);
    }

    /** Whatever it holds is released once. */
    @Test
    void itMayBeClosedTwice() {
        Reward reward = open();
        reward.score(task(), all().get(0));
        reward.close();
        reward.close();
    }

    private List<Completion> all() {
        List<Completion> all =
                completions().stream().map(RewardContract::completion).toList();
        assertThat(all).hasSizeGreaterThan(1);
        return all;
    }
}
