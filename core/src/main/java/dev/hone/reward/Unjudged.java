package dev.hone.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A completion that a reward has not scored, and why. It is never counted as a 0: its score is NaN, which statistics leave out.
 *
 * @param reward the name of the reward
 * @param row the task's, from 0
 * @param sample its place among the completions of its task, from 0
 * @param message what the reward or the exception said; null where nothing was said
 */
public record Unjudged(
        String reward,
        long row,
        int sample,
        Cause cause,
        @Nullable String message) {
    /** Why there is no score. */
    public enum Cause {
        /** The reward says NaN: it has no judgement of this one. It leaves the other rewards' scores as they are. */
        NO_JUDGEMENT("no judgement"),
        /** It gave an infinite number. */
        INFINITE("an infinite score"),
        /** It threw an exception, or the program behind it ended or answered nonsense. */
        FAILED("failed"),
        /** It took longer than it may. */
        TIMED_OUT("timed out"),
        /** It gave another number of scores than there were completions, so that none can be told whose it is. */
        WRONG_COUNT("a wrong number of scores");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }

    /** Whether something went wrong, so that the sum of the other rewards would mislead. */
    public boolean isFailure() {
        return cause != Cause.NO_JUDGEMENT;
    }

    /**
     * All in a line for each reward, empty where there are none: how many of which cause, and the first one with its row.
     *
     * @param completions how many there were
     * @param place where the task of a row stands
     */
    public static List<String> describe(List<Unjudged> all, long completions, LongFunction<String> place) {
        Map<String, List<Unjudged>> byReward =
                all.stream().collect(Collectors.groupingBy(Unjudged::reward, LinkedHashMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        byReward.forEach((reward, some) -> {
            Map<Cause, Long> causes = some.stream()
                    .collect(Collectors.groupingBy(Unjudged::cause, LinkedHashMap::new, Collectors.counting()));
            Unjudged first = some.get(0);
            lines.add(String.format(
                    Locale.ROOT,
                    "reward %s: %,d of %,d completions have no score and are left out (%s); the first: %s, sample %d%s",
                    reward,
                    some.size(),
                    completions,
                    causes.entrySet().stream()
                            .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey().words))
                            .collect(Collectors.joining(", ")),
                    place.apply(first.row()),
                    first.sample(),
                    first.message() == null ? "" : ": " + first.message()));
        });
        return lines;
    }
}
