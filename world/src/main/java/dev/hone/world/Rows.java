package dev.hone.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Documents and instructions as rows of ordinary JSONL files. Stateless. */
public final class Rows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Rows() {}

    /** {@code {"text": …}}. */
    public static String text(Document document) {
        return JSON.createObjectNode().put("text", document.text()).toString();
    }

    /** {@code {"messages": [{"role": "user", …}, {"role": "assistant", …}]}}. */
    public static String messages(Instruction instruction) {
        ObjectNode row = JSON.createObjectNode();
        row.putArray("messages")
                .add(message("user", instruction.prompt()))
                .add(message("assistant", instruction.answer()));
        return row.toString();
    }

    /** {@code {"instruction": …, "input": …, "output": …}}; the passage is the input. */
    public static String alpaca(Instruction instruction) {
        return JSON.createObjectNode()
                .put("instruction", instruction.question())
                .put("input", instruction.passage())
                .put("output", instruction.answer())
                .toString();
    }

    /** {@code {"id": …, "task": …, "language": …, "prompt": …, "answer": …}}: an evaluation case. */
    public static String question(Instruction instruction) {
        return JSON.createObjectNode()
                .put("id", instruction.id())
                .put("task", instruction.task().name().toLowerCase(Locale.ROOT))
                .put("language", instruction.language().code())
                .put("prompt", instruction.prompt())
                .put("answer", instruction.answer())
                .toString();
    }

    /** {@code {"messages": [{"role": "user", …}, {"role": "assistant", …}]}}. */
    public static String messages(Exercise exercise) {
        ObjectNode row = JSON.createObjectNode();
        row.putArray("messages").add(message("user", exercise.prompt())).add(message("assistant", exercise.answer()));
        return row.toString();
    }

    /** {@code {"id": …, "task": …, "language": …, "prompt": …, "answer": …}} and the exercise's own columns: an evaluation case. */
    public static String question(Exercise exercise) {
        ObjectNode row = JSON.createObjectNode()
                .put("id", exercise.id())
                .put("task", exercise.kind())
                .put("language", exercise.language().code())
                .put("prompt", exercise.prompt())
                .put("answer", exercise.answer());
        new TreeMap<>(exercise.columns()).forEach((column, value) -> row.set(column, JSON.valueToTree(value)));
        return row.toString();
    }

    /** {@code {"prompt": …, "chosen": …, "rejected": …}}: a training row of preference methods. */
    public static String pair(Preferences.Preference preference) {
        ObjectNode row = JSON.createObjectNode();
        row.putArray("prompt").add(message("user", preference.prompt()));
        row.putArray("chosen").add(message("assistant", preference.chosen()));
        row.putArray("rejected").add(message("assistant", preference.rejected()));
        return row.toString();
    }

    /** {@code {"prompt": …, "completion": …, "label": …}}: one of the two answers, and whether it is the preferred one. */
    public static String judged(Preferences.Preference preference, boolean chosen) {
        ObjectNode row = JSON.createObjectNode();
        row.putArray("prompt").add(message("user", preference.prompt()));
        row.putArray("completion").add(message("assistant", chosen ? preference.chosen() : preference.rejected()));
        return row.put("label", chosen).toString();
    }

    /** {@code {"id": …, "language": …, "prompt": …, "answer": …}} with the preferred answer as the right one. */
    public static String question(Preferences.Preference preference) {
        return JSON.createObjectNode()
                .put("id", preference.id())
                .put("language", preference.language().code())
                .put("prompt", preference.prompt())
                .put("answer", preference.chosen())
                .toString();
    }

    /** Writes one row a line to {@code file}, which is replaced once all are written. */
    public static void write(Stream<String> rows, Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".hone.tmp");
        try (BufferedWriter writer = Files.newBufferedWriter(beside)) {
            for (Iterator<String> each = rows.iterator(); each.hasNext(); ) {
                writer.write(each.next());
                writer.write('\n');
            }
        }
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }
}
