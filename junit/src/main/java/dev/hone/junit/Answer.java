package dev.hone.junit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a model answered to one case.
 *
 * @param place its file and line
 * @param expected the right answer; empty where its row has none
 * @param got what was answered
 * @param score 1 is right
 */
record Answer(String place, String prompt, String expected, String got, double score) {
    boolean isRight() {
        return score >= 1;
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("place", place)
                .put("prompt", prompt)
                .put("expected", expected)
                .put("got", got)
                .put("score", score);
    }

    static Answer read(JsonNode json) {
        return new Answer(
                json.path("place").asText(),
                json.path("prompt").asText(),
                json.path("expected").asText(),
                json.path("got").asText(),
                json.path("score").asDouble());
    }
}
