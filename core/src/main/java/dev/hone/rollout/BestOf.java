package dev.hone.rollout;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of a task's samples are kept for training: the best, as in rejection sampling (Dong et al., 2023, "RAFT"; Singh et
 * al., 2023, "ReST-EM").
 *
 * @param keep at most this many of a task; equal texts count once
 * @param threshold the lowest score that is kept
 */
public record BestOf(int keep, double threshold) {
    public BestOf {
        require(keep > 0, "keep (%d) must be positive", keep);
        requireAtMost("keep", keep, 100_000);
    }

    /** The kept samples, best first; among equals the likelier under the model. */
    public List<Sample> choose(List<Sample> ofOneTask) {
        Comparator<Sample> byScore = Comparator.comparingDouble(Sample::score);
        List<Sample> ordered = ofOneTask.stream()
                .sorted(byScore.thenComparingDouble(sample -> meanLogProbability(sample))
                        .reversed())
                .toList();
        List<Sample> kept = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        for (Sample sample : ordered) {
            if (kept.size() < keep
                    && sample.score() >= threshold
                    && texts.add(sample.completion().text().strip())) {
                kept.add(sample);
            }
        }
        return kept;
    }

    private static double meanLogProbability(Sample sample) {
        return sample.completion().logProbability()
                / Math.max(1, sample.completion().ids().length);
    }

    /**
     * How far, at most, the best of n samples is from the policy that sampled them, in nats: {@code ln n − (n − 1)/n} (Beirami et al.,
     * 2024, theorem 1). By it picking is compared with learning.
     */
    public static double divergenceBound(int n) {
        require(n > 0, "n (%d) must be positive", n);
        return Math.log(n) - (n - 1.0) / n;
    }

    /**
     * The chance that at least one of k samples is right, estimated without bias from n of which c are (Chen et al., 2021,
     * equation 1): {@code 1 − Π (1 − k/i)} over i from n − c + 1 to n.
     */
    public static double passAtK(int n, int c, int k) {
        require(k > 0 && k <= n, "k (%d) must be from 1 to the number of samples (%d)", k, n);
        require(c >= 0 && c <= n, "right (%d) must be from 0 to the number of samples (%d)", c, n);
        double allWrong = 1;
        for (int i = n - c + 1; i <= n; i++) {
            allWrong *= Math.max(0, 1 - k / (double) i);
        }
        return 1 - allWrong;
    }
}
