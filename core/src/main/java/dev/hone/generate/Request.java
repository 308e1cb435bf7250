package dev.hone.generate;

import static dev.hone.error.Require.require;

import dev.hone.model.adapter.Adapter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text to be written: what it continues, how, and when it ends.
 *
 * <p>The text is a function of the request and the model, whatever else is written beside it: draws follow the seed, the
 * request's own number and the position, never the order in which requests came. Requests that differ in nothing but
 * their number are several texts for one prompt; submitted together, their prompt is read once.
 *
 * @param number names the request among those of one seed, for example a rollout's row and place in its group
 * @param prompt token ids, at least one; not copied
 * @param maxTokens the text ends after so many tokens at the latest
 * @param stopTokens ids that end the text and are its last token
 * @param stopStrings the text ends before the first of these that it would contain
 * @param adapter changes the model for this text; null leaves it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the model; equality is never asked
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
        require(
                stopStrings.stream().noneMatch(String::isEmpty),
                "stopStrings %s must not hold an empty string: every text contains it",
                stopStrings);
        stopTokens = Set.copyOf(stopTokens);
        stopStrings = List.copyOf(stopStrings);
    }

    /** A request that ends by length alone. */
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
