package dev.hone.reward;

import dev.hone.generate.Completion;
import java.util.regex.Pattern;

/** Right is a completion in which a regular expression is found. */
public record PatternReward(Pattern pattern) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return pattern.matcher(completion.text()).find() ? 1 : 0;
    }
}
