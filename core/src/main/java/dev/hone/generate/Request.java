package dev.hone.generate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.model.adapter.Adapter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A completion that is asked for: its prompt, its sampling and what ends it.
 *
 * <p>The completion is a function of the request and the model, whatever runs beside it: random numbers follow the seed, the
 * request's own number and the position, never the order in which requests came. Requests that differ in their number alone are
 * several samples of one prompt; submitted together, their prompt is computed once.
 *
 * @param number names the request among those of one seed, for example a rollout's row and place in its group
 * @param prompt token ids, at least one; not copied
 * @param maxTokens the completion has at most this many tokens
 * @param stopTokens ids that end the completion and are its last token
 * @param stopStrings the text ends before the first of these that it would contain
 * @param adapter applied to the model for this request; null: none
 */
@SuppressWarnings("ArrayRecordComponent") // passed to the model; equality is never asked
public record Request(
        long number,
        int[] prompt,
        Sampling sampling,
        int maxTokens,
        Set<Integer> stopTokens,
        List<String> stopStrings,
        @Nullable Adapter adapter) {

    public Request {
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        requireAtMost("maxTokens", maxTokens, 1 << 24);
        require(
                stopStrings.stream().noneMatch(String::isEmpty),
                "stopStrings %s must not hold an empty string: every text contains it",
                stopStrings);
        stopTokens = Set.copyOf(stopTokens);
        stopStrings = List.copyOf(stopStrings);
    }

    /** A request that only its length ends. */
    public static Request of(int[] prompt, Sampling sampling, int maxTokens) {
        return new Request(0, prompt, sampling, maxTokens, Set.of(), List.of(), null);
    }

    public Request numbered(long other) {
        return new Request(other, prompt, sampling, maxTokens, stopTokens, stopStrings, adapter);
    }

    public Request stoppingAt(Set<Integer> tokens) {
        return new Request(number, prompt, sampling, maxTokens, tokens, stopStrings, adapter);
    }

    public Request stoppingAt(List<String> strings) {
        return new Request(number, prompt, sampling, maxTokens, stopTokens, strings, adapter);
    }

    public Request with(@Nullable Adapter other) {
        return new Request(number, prompt, sampling, maxTokens, stopTokens, stopStrings, other);
    }
}
