package dev.hone.rollout;

/** Says how good a completion is. Safe for use by one thread. */
public interface Reward extends AutoCloseable {
    /**
     * The worth of a completion; 1 is right and 0 is wrong where nothing lies between.
     *
     * @throws IllegalArgumentException if the task does not have what the judgement needs
     */
    double score(Task task, String completion);

    @Override
    default void close() {}
}
