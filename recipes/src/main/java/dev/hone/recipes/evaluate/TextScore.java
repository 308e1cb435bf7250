package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The log-probabilities that a model gives to one text.
 *
 * @param ids its tokens, n of them
 * @param logProbabilities natural logarithm of the probability of each token but the first, n − 1 of them
 * @param completionFrom index of the first token behind the prompt; {@link #NO_PROMPT} where the text has none
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers; equality is never asked
public record TextScore(int[] ids, float[] logProbabilities, int completionFrom) {
    /** Stands for a text without a prompt. */
    public static final int NO_PROMPT = -1;

    /** The index of the first log-probability that counts: that of the completion's first token, or 0 where there is no prompt. */
    public int firstScored() {
        return Math.max(0, completionFrom - 1);
    }

    /** A row of {@code ./hone score}: {@code {"completion_from": …, "ids": […n], "logprobs": […n−1]}}, without the first where there is no prompt. */
    public ObjectNode json() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        if (completionFrom != NO_PROMPT) {
            row.put("completion_from", completionFrom);
        }
        ArrayNode tokens = row.putArray("ids");
        for (int id : ids) {
            tokens.add(id);
        }
        ArrayNode scores = row.putArray("logprobs");
        for (float score : logProbabilities) {
            scores.add(score);
        }
        return row;
    }
}
