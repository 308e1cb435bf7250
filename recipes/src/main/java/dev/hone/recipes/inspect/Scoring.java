package dev.hone.recipes.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.tensor.Scope;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Log-probabilities that a model gives to texts.
 *
 * <p>A row is {@code {"ids": […]}}, {@code {"text": …}}, {@code {"prompt": …, "completion": …}} or {@code {"messages":
 * […]}}; its answer is {@code {"ids": […n], "logprobs": […n−1]}}, the natural logarithm of the probability of each next
 * token, with {@code "completion_from"} where there is a prompt.
 */
public final class Scoring {
    private Scoring() {}

    /** Scores the rows of a file one after the other, as they are asked for. */
    public static Stream<ObjectNode> of(JsonlFile file, Speaker speaker) {
        return IntStream.range(0, file.rows()).mapToObj(row -> score(file.row(row), file.place(row), row, speaker));
    }

    private static ObjectNode score(ObjectNode row, String place, int number, Speaker speaker) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        int[] ids = ids(row, place, number, speaker, answer);
        if (ids.length == 0) {
            throw new DataException(place + ": has no tokens to score");
        }
        float[] weights = new float[ids.length];
        Arrays.fill(weights, 1f);
        ArrayNode list = answer.putArray("ids");
        for (int id : ids) {
            list.add(id);
        }
        ArrayNode scores = answer.putArray("logprobs");
        if (ids.length > 1) {
            try (Scope scope = Scope.open()) {
                Batch batch = Batch.of(List.of(new Example(number, ids, weights)));
                for (float score : speaker.model()
                        .score(batch, speaker.adapter())
                        .logProbabilities()
                        .floats()) {
                    scores.add(score);
                }
            } catch (IllegalArgumentException e) {
                throw new DataException(place + ": " + e.getMessage(), e);
            }
        }
        return answer;
    }

    private static int[] ids(ObjectNode row, String place, int number, Speaker speaker, ObjectNode answer) {
        if (row.has("ids")) {
            return ids(row.get("ids"), place);
        }
        Tokenizer tokenizer = speaker.tokenizer();
        if (row.path("text").isTextual()) {
            return tokenizer.ids(row.get("text").asText(), Specials.ADD);
        }
        if (row.path("prompt").isTextual() && row.path("completion").isTextual()) {
            String prompt = row.get("prompt").asText();
            answer.put("completion_from", tokenizer.ids(prompt, Specials.ADD).length);
            return tokenizer.ids(prompt + row.get("completion").asText(), Specials.ADD);
        }
        RowRenderer renderer = new RowRenderer(tokenizer, speaker.template(), TrainOn.LAST_REPLY);
        Example example =
                renderer.render(RowFormat.read(row, place), number, place).example();
        int from = 0;
        while (from < example.length() && example.weights()[from] == 0) {
            from++;
        }
        answer.put("completion_from", from);
        return example.tokens();
    }

    private static int[] ids(JsonNode list, String place) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!list.get(i).isInt()) {
                throw new DataException(place + ": ids must be a list of integers");
            }
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }
}
