package dev.hone.reward.shape;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * What a right answer is worth by its length, so that right ones come to be short and wrong ones go on looking (Yeo et al., 2025,
 * "Demystifying Long Chain-of-Thought Reasoning", section 4): with {@code u = min(length / most, 1)} along half a cosine from 1 to
 * 0.5 where it is right, and from −1 to −0.5 where it is wrong.
 *
 * @param most the length in tokens from which it no longer matters
 * @param reward says what is right, by a score of at least 1; closed with this one. What it does not judge has no score here either
 */
public record CosineReward(int most, Reward reward) implements Reward {
    private static final double SHORT = 1;
    private static final double LONG = 0.5;

    public CosineReward {
        require(most > 0, "longest completion (%d) must be positive", most);
        requireAtMost("longest completion", most, 1 << 24);
    }

    @Override
    public double score(Task task, Completion completion) {
        return worth(reward.score(task, completion), completion);
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        List<Double> judged = reward.scores(task, completions);
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < Math.min(judged.size(), completions.size()); i++) {
            scores.add(worth(judged.get(i), completions.get(i)));
        }
        return judged.size() == completions.size() ? scores : judged; // a wrong count stays one
    }

    private double worth(double judged, Completion completion) {
        if (!Double.isFinite(judged)) {
            return judged;
        }
        double part = Math.min(1, completion.ids().length / (double) most);
        double worth = LONG + (SHORT - LONG) * (1 + Math.cos(Math.PI * part)) / 2;
        return judged >= 1 ? worth : -worth;
    }

    @Override
    public void close() {
        reward.close();
    }
}
