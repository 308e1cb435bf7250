package dev.hone.reward.shape;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;

/** Right is a completion that shows its reasoning in a form, whatever it says. */
public record FormatReward(ReasoningFormat format) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return format.isKeptBy(completion.text()) ? 1 : 0;
    }
}
