package dev.hone.rollout;

import dev.hone.generate.Completion;
import dev.hone.reward.Task;

/**
 * A completion of a task, and its score.
 *
 * @param number its place among the samples of its task, from 0
 * @param score NaN where the reward has no judgement
 */
public record Sample(Task task, int number, Completion completion, double score) {
    /** Whether the model ended it; one that was cut off at a length would teach to end where nothing ends. */
    public boolean isWhole() {
        return switch (completion.reason()) {
            case END_OF_TEXT, STOP_STRING -> true;
            case LENGTH, CONTEXT, CANCELLED -> false;
        };
    }

    /** Whether the reward has a judgement of it. */
    public boolean isJudged() {
        return !Double.isNaN(score);
    }

    /** Whether its score is a full one, at least 1. */
    public boolean isRight() {
        return score >= 1;
    }
}
