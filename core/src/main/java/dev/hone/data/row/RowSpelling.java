package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** The ways in which other tools spell the columns of a row, brought into ours where what they mean is beyond doubt. */
final class RowSpelling {
    /** Columns of OpenAI's pairs. */
    private static final String PREFERRED = "preferred_output";

    private static final String NON_PREFERRED = "non_preferred_output";
    private static final Set<String> OPEN_AI = Set.of("input", PREFERRED, NON_PREFERRED);

    private RowSpelling() {}

    /** The row as it is, or with columns of the names that are read. */
    static ObjectNode known(ObjectNode row) {
        if (isOpenAiPair(row)) {
            return pair(row);
        }
        if (row.path("kto_tag").isBoolean() && !row.has("label")) { // LLaMA-Factory
            ObjectNode labelled = row.deepCopy();
            labelled.set("label", labelled.remove("kto_tag"));
            return labelled;
        }
        return row;
    }

    static boolean isOpenAiPair(ObjectNode row) {
        return row.path("input").path("messages").isArray()
                && row.hasNonNull(PREFERRED)
                && row.hasNonNull(NON_PREFERRED)
                && !row.has("chosen");
    }

    private static ObjectNode pair(ObjectNode row) {
        ObjectNode pair = row.objectNode();
        JsonNode input = row.get("input");
        pair.set("messages", input.get("messages"));
        if (input.hasNonNull("tools")) {
            pair.set("tools", input.get("tools"));
        }
        pair.set("chosen", row.get(PREFERRED));
        pair.set("rejected", row.get(NON_PREFERRED));
        row.properties().forEach(column -> {
            if (!OPEN_AI.contains(column.getKey())) {
                pair.set(column.getKey(), column.getValue());
            }
        });
        return pair;
    }
}
