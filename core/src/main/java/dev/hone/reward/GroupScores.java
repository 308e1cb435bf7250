package dev.hone.reward;

import java.util.List;

/**
 * What several rewards make of the completions of one task.
 *
 * @param totals the weighted sum of each completion; NaN where it is not known
 * @param parts what each reward gave, in the order of the rewards
 * @param unjudged the scores that are missing, by reward and then by completion
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed on to advantages; equality is never asked
public record GroupScores(double[] totals, List<Part> parts, List<Unjudged> unjudged) {
    /**
     * What one reward gave.
     *
     * @param weight in the sum; 0: it is only watched
     * @param scores of each completion, before the weight; NaN where there is none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Part(String name, double weight, double[] scores) {}

    public GroupScores {
        parts = List.copyOf(parts);
        unjudged = List.copyOf(unjudged);
    }

    /** The number of completions. */
    public int size() {
        return totals.length;
    }
}
