package dev.hone.reward.manner;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;

/** How far a completion keeps a {@linkplain ReportForm form}; 1 where it does in everything. */
public record FormReward(ReportForm form) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return form.kept(completion.text());
    }
}
