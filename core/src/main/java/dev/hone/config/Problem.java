package dev.hone.config;

import java.util.Comparator;

/** One thing wrong with a configuration, and where. Ordered by file line; the command line comes last. */
public record Problem(Origin origin, String message) implements Comparable<Problem> {
    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::origin, Origin.ORDER).thenComparing(Problem::message);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code run.yaml:14: training.learning-rte is not a setting; …}. */
    @Override
    public String toString() {
        return origin + ": " + message;
    }
}
