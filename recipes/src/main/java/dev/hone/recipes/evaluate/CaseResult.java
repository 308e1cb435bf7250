package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a model made of one row of an evaluation task. Immutable, as long as nobody changes {@code details}.
 *
 * @param row its number in the file, from 0
 * @param place where it stands, for people: {@code sums.jsonl:12}
 * @param prompt what was asked, or the beginning of a text
 * @param expected the right answer; empty where the row names none
 * @param answer what the model answered, or which choice it preferred
 * @param right null: the row has a score or a loss, and nothing that is right or wrong
 * @param score 1 or 0 for right and wrong, a graded score, or a mean loss in nats
 * @param weight how much it counts in a mean: 1, or the tokens of a text
 * @param details what its kind of task keeps besides
 */
public record CaseResult(
        int row,
        String place,
        String prompt,
        String expected,
        String answer,
        @Nullable Boolean right,
        double score,
        double weight,
        ObjectNode details) {
    /** A line of {@code cases/TITLE.jsonl}; {@link #read} is its inverse. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("row", row).put("place", place).put("prompt", prompt);
        json.put("expected", expected).put("answer", answer);
        if (right != null) {
            json.put("right", right);
        }
        json.put("score", score).put("weight", weight);
        if (!details.isEmpty()) {
            json.set("details", details);
        }
        return json;
    }

    static CaseResult read(JsonNode json) {
        return new CaseResult(
                json.path("row").asInt(),
                json.path("place").asText(),
                json.path("prompt").asText(),
                json.path("expected").asText(),
                json.path("answer").asText(),
                json.hasNonNull("right") ? json.path("right").asBoolean() : null,
                json.path("score").asDouble(),
                json.path("weight").asDouble(1),
                json.path("details") instanceof ObjectNode details ? details : JsonNodeFactory.instance.objectNode());
    }

    /** What a failed test says: all that is needed to see why. */
    public String failure() {
        return "prompt: " + prompt + "\nexpected: " + expected + "\nanswer: " + answer
                + (right == null || score == 0 ? "" : "\nscore: " + score);
    }
}
