package dev.hone.rollout;

/**
 * Right is what equals the task's answer, whatever the white space between words.
 *
 * @param column where the answer stands
 */
public record ExactReward(String column) implements Reward {
    @Override
    public double score(Task task, String completion) {
        return normalised(completion).equals(normalised(task.text(column))) ? 1 : 0;
    }

    private static String normalised(String text) {
        return String.join(" ", text.strip().split("\\s+"));
    }
}
