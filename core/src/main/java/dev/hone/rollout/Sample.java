package dev.hone.rollout;

import dev.hone.generate.Completion;

/**
 * A completion of a task, and its score.
 *
 * @param number its place among the samples of its task, from 0
 */
public record Sample(Task task, int number, Completion completion, double score) {
    /** Whether its score is a full one, at least 1. */
    public boolean isRight() {
        return score >= 1;
    }
}
