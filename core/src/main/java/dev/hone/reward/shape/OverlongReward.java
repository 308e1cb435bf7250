package dev.hone.reward.shape;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;

/**
 * A penalty on length that begins softly (Yu et al., 2025, "DAPO", equation 13): 0 up to {@code most − margin} tokens, falling in a
 * line to −1 at {@code most}, and −1 beyond.
 *
 * @param most the longest completion, in tokens
 * @param margin the tokens before it in which the penalty grows
 */
public record OverlongReward(int most, int margin) implements Reward {
    public OverlongReward {
        require(most > 0, "longest completion (%d) must be positive", most);
        requireAtMost("longest completion", most, 1 << 24);
        require(
                margin > 0 && margin <= most,
                "margin (%d) must be from 1 to the longest completion (%d)",
                margin,
                most);
    }

    @Override
    public double score(Task task, Completion completion) {
        int over = completion.ids().length - (most - margin);
        return over <= 0 ? 0 : -Math.min(1, over / (double) margin);
    }
}
