package dev.hone.recipes.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.LabelledRow;
import dev.hone.data.row.PairRow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a model would see of training rows, whichever method they are for, and which of their tokens are trained. */
public final class RowRendering {
    private RowRendering() {}

    /**
     * A row: a text, a conversation or an answer; or the two sides of a pair.
     *
     * @param parts what is rendered, by its name: {@code chosen} and {@code rejected} of a pair, {@code desirable} or {@code undesirable}
     *     for a labelled answer; otherwise one without a name
     */
    public record RenderedRow(String place, Map<String, RowRenderer.Rendered> parts) {
        /**
         * {@code {"text", "ids", "trained"}} for each sequence, beside those of an answer its {@code label}; of a pair one object with
         * both sides under their names, a side of several sequences as a list.
         */
        public List<ObjectNode> lines() {
            if (parts.size() > 1) {
                ObjectNode pair = JsonNodeFactory.instance.objectNode();
                parts.forEach((name, rendered) -> {
                    List<ObjectNode> sequences = sequences(rendered);
                    if (sequences.size() == 1) {
                        pair.set(name, sequences.get(0));
                    } else {
                        pair.putArray(name).addAll(sequences);
                    }
                });
                return List.of(pair);
            }
            List<ObjectNode> lines = new ArrayList<>();
            parts.forEach((name, rendered) -> sequences(rendered)
                    .forEach(line -> lines.add(name.isEmpty() ? line : line.put("label", name.equals(DESIRABLE)))));
            return lines;
        }

        private static List<ObjectNode> sequences(RowRenderer.Rendered rendered) {
            return rendered.sequences().stream().map(RowRendering::json).toList();
        }
    }

    private static final String DESIRABLE = "desirable";

    /** Renders the rows of a file one after the other, as they are asked for. */
    public static Stream<RenderedRow> of(JsonlFile file, RowRenderer renderer) {
        return IntStream.range(0, file.rows()).mapToObj(number -> row(file, number, renderer));
    }

    /** Renders one row. */
    public static RenderedRow row(JsonlFile file, int number, RowRenderer renderer) {
        RowColumns columns = RowColumns.of(file.row(number), file.place(number));
        Map<String, RowRenderer.Rendered> parts = new LinkedHashMap<>();
        parts(columns).forEach((name, row) -> parts.put(name, renderer.render(row, number, file.place(number))));
        return new RenderedRow(file.place(number), parts);
    }

    private static Map<String, Row> parts(RowColumns columns) {
        Map<String, Row> parts = new LinkedHashMap<>();
        if (PairRow.is(columns)) {
            PairRow pair = PairRow.read(columns);
            parts.put("chosen", pair.chosen());
            parts.put("rejected", pair.rejected());
        } else if (LabelledRow.is(columns)) {
            LabelledRow labelled = LabelledRow.read(columns);
            parts.put(labelled.desirable() ? DESIRABLE : "undesirable", labelled.answered());
        } else {
            parts.put("", RowFormat.read(columns));
        }
        return parts;
    }

    private static ObjectNode json(RowRenderer.Rendered sequence) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("text", sequence.text());
        Example example = sequence.example();
        ArrayNode ids = json.putArray("ids");
        ArrayNode trained = json.putArray("trained");
        for (int i = 0; i < example.length(); i++) {
            ids.add(example.tokens()[i]);
            trained.add(i > 0 && example.weights()[i] != 0 ? 1 : 0);
        }
        return json;
    }
}
