package dev.hone.rollout.batch;

import dev.hone.data.dataset.Dataset;
import java.util.List;
import java.util.Map;

/**
 * Says what an objective learns from rollouts: the rows, and what is known of each of their tokens. Immutable; of the same rollouts it
 * always makes the same.
 */
public interface Credit {
    /**
     * What is learned in one update.
     *
     * @param dataset its rows; may be empty where there is nothing to learn
     * @param units rows that are computed in one micro-batch, as they share a prompt
     * @param measures what is worth knowing of them, by the names in {@code metrics.jsonl}
     */
    record CreditedRows(Dataset dataset, List<int[]> units, Map<String, Double> measures) {
        public CreditedRows {
            units = List.copyOf(units);
            measures = Map.copyOf(measures);
        }
    }

    /** The rows of one update, group after group. */
    CreditedRows of(List<RolloutGroup> groups);
}
