package dev.hone.text.vocabulary;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The merge rules of a vocabulary that has none: every way to put one of its tokens together of two others, in the order in which
 * merging prefers their result.
 */
final class Merges {
    /**
     * A rule.
     *
     * @param rank of its result: what has the lowest is merged first
     */
    private record Rule(double rank, String first, String second) {}

    private final List<Rule> rules = new ArrayList<>();

    /**
     * Adds the ways to put a token together.
     *
     * @param parts tokens by their spelling, which may be parts
     */
    void add(String token, double rank, Map<String, Integer> parts) {
        List<Rule> found = new ArrayList<>();
        for (int i = token.offsetByCodePoints(0, 1); i < token.length(); i = token.offsetByCodePoints(i, 1)) {
            String first = token.substring(0, i);
            if (parts.containsKey(first)) {
                String second = token.substring(i);
                if (parts.containsKey(second)) {
                    found.add(new Rule(rank, first, second));
                }
            }
        }
        found.sort(Comparator.<Rule>comparingInt(rule -> parts.getOrDefault(rule.first, 0))
                .thenComparingInt(rule -> parts.getOrDefault(rule.second, 0)));
        rules.addAll(found);
    }

    /** Writes all rules as the value of {@code merges}. */
    void writeTo(JsonGenerator json) throws IOException {
        rules.sort(Comparator.comparingDouble(Rule::rank));
        json.writeArrayFieldStart("merges");
        for (Rule rule : rules) {
            json.writeStartArray();
            json.writeString(rule.first);
            json.writeString(rule.second);
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
