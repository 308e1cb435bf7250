package dev.hone.rollout;

import java.util.List;

/** Says how good a completion is. Safe for use by one thread. */
public interface Reward extends AutoCloseable {
    /**
     * The worth of a completion; 1 is right and 0 is wrong where nothing lies between.
     *
     * @throws IllegalArgumentException if the task does not have what the judgement needs
     */
    double score(Task task, String completion);

    /** The worth of several completions of one task, in their order: for judges that are faster with many at once. */
    default List<Double> scores(Task task, List<String> completions) {
        return completions.stream().map(completion -> score(task, completion)).toList();
    }

    @Override
    default void close() {}
}
