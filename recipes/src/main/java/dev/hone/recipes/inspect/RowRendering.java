package dev.hone.recipes.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a model would see of training rows, and which of its tokens are trained: {@code {"text", "ids", "trained"}} a row. */
public final class RowRendering {
    private RowRendering() {}

    /** Renders the rows of a file one after the other, as they are asked for. */
    public static Stream<RowRenderer.Rendered> of(JsonlFile file, RowRenderer renderer) {
        return IntStream.range(0, file.rows())
                .mapToObj(row -> renderer.render(RowFormat.read(file.row(row), file.place(row)), row, file.place(row)));
    }

    /** A rendered row as JSON. */
    public static ObjectNode json(RowRenderer.Rendered rendered) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("text", rendered.text());
        Example example = rendered.example();
        ArrayNode ids = json.putArray("ids");
        ArrayNode trained = json.putArray("trained");
        for (int i = 0; i < example.length(); i++) {
            ids.add(example.tokens()[i]);
            trained.add(i > 0 && example.weights()[i] != 0 ? 1 : 0);
        }
        return json;
    }
}
