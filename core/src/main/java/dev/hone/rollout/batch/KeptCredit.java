package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.Example;
import dev.hone.data.dataset.Dataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The best rollouts of each prompt are rows to imitate: rejection sampling, round after round (Dong et al., 2023, "RAFT"; Singh et al.,
 * 2023, "ReST-EM"). What was cut off or not judged is never kept; equal completions count once.
 *
 * @param threshold the lowest reward that is kept
 * @param keep at most this many of a prompt, best first, among equals the likelier under the policy
 */
public record KeptCredit(
        @Default("1.0") double threshold, @Default("4") int keep) implements Credit {
    public KeptCredit {
        require(Double.isFinite(threshold), "threshold (%s) must be a finite number", threshold);
        require(keep > 0, "keep (%d) must be positive", keep);
        requireAtMost("keep", keep, 100_000);
    }

    @Override
    public CreditedRows of(List<RolloutGroup> groups) {
        List<Example> rows = new ArrayList<>();
        List<int[]> units = new ArrayList<>();
        for (RolloutGroup group : groups) {
            int first = rows.size();
            kept(group).forEach(rollout -> rows.add(rollout.example(rows.size())));
            if (rows.size() > first) {
                units.add(IntStream.range(first, rows.size()).toArray());
            }
        }
        return new CreditedRows(Dataset.of(rows), units, Map.of("kept", (double) rows.size()));
    }

    private List<Rollout> kept(RolloutGroup group) {
        Comparator<Rollout> byReward =
                Comparator.comparingDouble(rollout -> rollout.score().reward());
        List<Rollout> kept = new ArrayList<>();
        Set<List<Integer>> seen = new HashSet<>();
        group.rollouts().stream()
                .filter(rollout -> rollout.score().reward() >= threshold && !rollout.isCut())
                .sorted(byReward.thenComparingDouble(KeptCredit::meanLog).reversed())
                .forEach(rollout -> {
                    List<Integer> ids =
                            IntStream.of(rollout.completion()).boxed().toList();
                    if (kept.size() < keep && seen.add(ids)) {
                        kept.add(rollout);
                    }
                });
        return kept;
    }

    private static double meanLog(Rollout rollout) {
        double sum = 0;
        for (float log : rollout.logProbabilities()) {
            sum += log;
        }
        return sum / rollout.sampledTokens();
    }
}
