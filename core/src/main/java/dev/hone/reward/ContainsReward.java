package dev.hone.reward;

import dev.hone.generate.Completion;
import java.util.Locale;

/**
 * Right is what says the task's answer somewhere, in whatever case and white space: for models that answer in sentences, or
 * were never taught to stop.
 *
 * @param column where the answer stands
 */
public record ContainsReward(String column) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return normalised(completion.text()).contains(normalised(task.text(column))) ? 1 : 0;
    }

    private static String normalised(String text) {
        return String.join(" ", text.strip().split("\\s+")).toLowerCase(Locale.ROOT);
    }
}
