package dev.hone.rollout;

import java.util.regex.Pattern;

/** Right is a completion in which a regular expression is found. */
public record PatternReward(Pattern pattern) implements Reward {
    @Override
    public double score(Task task, String completion) {
        return pattern.matcher(completion).find() ? 1 : 0;
    }
}
