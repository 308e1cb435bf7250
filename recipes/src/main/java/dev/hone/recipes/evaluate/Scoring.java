package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.LoadedModel;
import dev.hone.tensor.Scope;
import dev.hone.text.Continuation;
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
 * […]}}.
 */
public final class Scoring {
    private Scoring() {}

    /**
     * Scores the rows of a file one after the other, as they are asked for.
     *
     * @throws DataException at a row that cannot be scored
     * @throws TrainingException at a row to which the model gives numbers that are not finite
     */
    public static Stream<TextScore> of(JsonlFile file, LoadedModel model) {
        return IntStream.range(0, file.rows()).mapToObj(row -> score(file.row(row), file.place(row), row, model));
    }

    /** A text to be scored, as tokens. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once
    private record Tokens(int[] ids, int completionFrom) {}

    private static TextScore score(ObjectNode row, String place, int number, LoadedModel model) {
        Tokens tokens = tokens(row, place, number, model);
        int[] ids = tokens.ids();
        if (ids.length == 0) {
            throw new DataException(place + ": has no tokens to score");
        }
        float[] weights = new float[ids.length];
        Arrays.fill(weights, 1f);
        float[] scores = new float[0];
        if (ids.length > 1) {
            try (Scope scope = Scope.open()) {
                Batch batch = Batch.of(List.of(new Example(number, ids, weights)));
                scores = model.model()
                        .score(batch, model.adapter())
                        .logProbabilities()
                        .floats();
            } catch (IllegalArgumentException e) {
                throw new DataException(place + ": " + e.getMessage(), e);
            }
        }
        requireFinite(scores, place);
        return new TextScore(ids, scores, tokens.completionFrom());
    }

    private static void requireFinite(float[] scores, String place) {
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new TrainingException(place + ": the log-probability of token " + (i + 1) + " is " + scores[i]
                        + ", so the text has no score; the model's weights are damaged or its training has diverged");
            }
        }
    }

    private static Tokens tokens(ObjectNode row, String place, int number, LoadedModel model) {
        if (row.hasNonNull("ids")) {
            return new Tokens(ids(row.get("ids"), place), TextScore.NO_PROMPT);
        }
        Tokenizer tokenizer = model.tokenizer();
        if (row.path("text").isTextual()) {
            return new Tokens(tokenizer.ids(row.get("text").asText(), Specials.ADD), TextScore.NO_PROMPT);
        }
        if (row.path("prompt").isTextual() && row.path("completion").isTextual()) {
            Continuation both = Continuation.of(
                    tokenizer, row.get("prompt").asText(), row.get("completion").asText(), Specials.ADD);
            return new Tokens(both.encoding().ids(), both.prompt());
        }
        RowRenderer renderer = new RowRenderer(tokenizer, model.template(), TrainOn.LAST_REPLY);
        Example example =
                renderer.render(RowFormat.read(row, place), number, place).example();
        int from = 0;
        while (from < example.length() && example.weights()[from] == 0) {
            from++;
        }
        return new Tokens(example.tokens(), from);
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
