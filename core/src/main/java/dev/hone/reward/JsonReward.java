package dev.hone.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.generate.Completion;
import java.util.Optional;

/**
 * Right is a completion that is the same JSON value as the task's answer, in any order of keys; well-formed JSON of another
 * value is worth a tenth.
 *
 * @param column where the answer stands, as text or as the value itself
 */
public record JsonReward(String column) implements Reward {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final double WELL_FORMED = 0.1;

    @Override
    public double score(Task task, Completion completion) {
        String answer = task.text(column);
        JsonNode expected = parse(answer)
                .orElseThrow(() -> new IllegalArgumentException("column " + column + " (" + answer + ") is not JSON"));
        return parse(completion.text())
                .map(found -> found.equals(expected) ? 1 : WELL_FORMED)
                .orElse(0.0);
    }

    private static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
