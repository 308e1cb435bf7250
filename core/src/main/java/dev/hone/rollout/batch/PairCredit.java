package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Pair;
import dev.hone.data.dataset.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The best and the worst rollout of each prompt are a pair to prefer (online DPO: Guo et al., 2024). Prompts whose rollouts are all worth
 * the same make none.
 *
 * @param missingEosPenalty taken off the reward of a completion that did not end by itself
 */
public record PairCredit(@Default("0.0") double missingEosPenalty) implements Credit {
    public PairCredit {
        require(missingEosPenalty >= 0, "missing-eos-penalty (%s) must not be negative", missingEosPenalty);
        requireAtMost("missing-eos-penalty", missingEosPenalty, 1e6);
    }

    @Override
    public CreditedRows of(List<RolloutGroup> groups) {
        List<Pair> pairs = new ArrayList<>();
        List<int[]> units = new ArrayList<>();
        for (RolloutGroup group : groups) {
            Rollout best = null;
            Rollout worst = null;
            for (Rollout rollout : group.rollouts()) {
                if (rollout.score().isJudged()) {
                    best = best == null || worth(rollout) > worth(best) ? rollout : best;
                    worst = worst == null || worth(rollout) < worth(worst) ? rollout : worst;
                }
            }
            if (best != null && worst != null && worth(best) > worth(worst)) {
                units.add(new int[] {pairs.size()});
                pairs.add(new Pair(best.example(2L * pairs.size()), worst.example(2L * pairs.size() + 1), 0));
            }
        }
        return new CreditedRows(Dataset.ofPairs(pairs), units, Map.of("pairs", (double) pairs.size()));
    }

    private double worth(Rollout rollout) {
        return rollout.score().reward() - (rollout.isCut() ? missingEosPenalty : 0);
    }
}
