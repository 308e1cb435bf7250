package dev.hone.model;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about each target.
 *
 * @param statistics what is asked
 * @param comparison what {@link Statistic#DIVERGENCE} is measured from; null, and dropped, where that is not asked
 */
public record Question(Set<Statistic> statistics, @Nullable Comparison comparison) {
    /** The log-probability of each target's token and nothing else. */
    public static final Question PLAIN = new Question(Set.of(Statistic.LOG_PROBABILITY), null);

    public Question {
        statistics = Set.copyOf(statistics);
        if (statistics.contains(Statistic.DIVERGENCE) && comparison == null) {
            throw new IllegalArgumentException("DIVERGENCE is asked, but nothing is there to compare with");
        }
        comparison = statistics.contains(Statistic.DIVERGENCE) ? comparison : null;
    }

    /** The same without the statistics that are not named. */
    public Question only(Set<Statistic> named) {
        Set<Statistic> rest = EnumSet.copyOf(statistics);
        rest.retainAll(named);
        return new Question(rest, comparison);
    }
}
