package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.LoadedModel;
import dev.hone.text.Continuation;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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

    /** Rows that are scored together. */
    static final int WAVE = 32;

    /**
     * Scores the rows of a file, a few at a time, as they are asked for.
     *
     * @throws DataException at a row that cannot be scored
     * @throws TrainingException at a row to which the model gives numbers that are not finite
     */
    public static Stream<TextScore> of(JsonlFile file, LoadedModel model) {
        int rows = file.rows();
        return IntStream.iterate(0, from -> from < rows, from -> from + WAVE)
                .boxed()
                .flatMap(from -> of(file, from, Math.min(rows, from + WAVE), model, () -> false).stream());
    }

    /** The same of the rows from {@code from} to {@code to} (exclusive); fewer, if it is asked to stop. */
    static List<TextScore> of(JsonlFile file, int from, int to, LoadedModel model, BooleanSupplier stop) {
        List<Tokens> texts = new ArrayList<>();
        List<LogLikelihoods.Sequence> sequences = new ArrayList<>();
        for (int row = from; row < to; row++) {
            Tokens tokens = tokens(file.row(row), file.place(row), row, model);
            if (tokens.ids().length == 0) {
                throw new DataException(file.place(row) + ": has no tokens to score");
            }
            texts.add(tokens);
            sequences.add(new LogLikelihoods.Sequence(tokens.ids(), 1, file.place(row)));
        }
        List<float[]> scores = new LogLikelihoods(model).of(sequences, stop);
        List<TextScore> scored = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            scored.add(new TextScore(
                    texts.get(i).ids(), scores.get(i), texts.get(i).completionFrom()));
        }
        return scored;
    }

    /** A text to be scored, as tokens. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once
    private record Tokens(int[] ids, int completionFrom) {}

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
