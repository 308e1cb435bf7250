package dev.hone.reward;

import dev.hone.generate.Completion;

/**
 * Right is what equals the task's answer, whatever the white space between words.
 *
 * @param column where the answer stands
 */
public record ExactReward(String column) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return normalised(completion.text()).equals(normalised(task.text(column))) ? 1 : 0;
    }

    private static String normalised(String text) {
        return String.join(" ", text.strip().split("\\s+"));
    }
}
