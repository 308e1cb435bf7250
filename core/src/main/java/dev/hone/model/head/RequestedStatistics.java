package dev.hone.model.head;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statistics that are requested of each target.
 *
 * @param statistics those that are requested
 * @param comparison what {@link Statistic#DIVERGENCE} is measured from; null, and dropped, where that is not requested
 */
public record RequestedStatistics(
        Set<Statistic> statistics, @Nullable TeacherDivergence comparison) {
    /** The log-probability of each target's token and nothing else. */
    public static final RequestedStatistics PLAIN = new RequestedStatistics(Set.of(Statistic.LOG_PROBABILITY), null);

    public RequestedStatistics {
        statistics = Set.copyOf(statistics);
        if (statistics.contains(Statistic.DIVERGENCE) && comparison == null) {
            throw new IllegalArgumentException("DIVERGENCE is requested, but nothing is there to compare with");
        }
        comparison = statistics.contains(Statistic.DIVERGENCE) ? comparison : null;
    }

    /** The same without the statistics that are not named. */
    public RequestedStatistics only(Set<Statistic> named) {
        Set<Statistic> rest = EnumSet.copyOf(statistics);
        rest.retainAll(named);
        return new RequestedStatistics(rest, comparison);
    }
}
