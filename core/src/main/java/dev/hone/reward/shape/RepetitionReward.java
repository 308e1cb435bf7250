package dev.hone.reward.shape;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.nio.IntBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * A penalty on repetition (open-r1's {@code repetition_penalty_reward}, over tokens in place of words): minus the share of n-grams
 * that have stood in the completion before, from 0 to −1. One of fewer than n tokens has none.
 *
 * @param n the tokens of an n-gram
 */
public record RepetitionReward(int n) implements Reward {
    public RepetitionReward {
        require(n > 0, "n-grams (%d) must have at least one token", n);
        requireAtMost("n-grams", n, 1_000);
    }

    @Override
    public double score(Task task, Completion completion) {
        return 0 - repeated(completion.ids(), n); // 0 and not −0 where nothing repeats
    }

    /** The share of n-grams of these tokens that have stood before; 0 where there are none. */
    public static double repeated(int[] ids, int n) {
        int all = ids.length - n + 1;
        if (all <= 0) {
            return 0;
        }
        Set<IntBuffer> unique = new HashSet<>();
        for (int i = 0; i < all; i++) {
            unique.add(IntBuffer.wrap(ids, i, n));
        }
        return 1 - unique.size() / (double) all;
    }
}
