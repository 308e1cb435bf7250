package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of every stage's model, kept in {@code pipeline.json}: a row for the base and for each stage that trained, with the row
 * it started from, and a result for each evaluation task. For use by one thread.
 */
public final class Scorecard {
    /** The row of the model that the first stage starts from. */
    public static final String BASE = "base";

    private final Path file;
    private final List<EvaluationTask> tasks;
    private final Map<String, StageScores> rows = new LinkedHashMap<>();
    private final Map<String, ObjectNode> sampled = new LinkedHashMap<>();

    private Scorecard(Path file, List<EvaluationTask> tasks) {
        this.file = file;
        this.tasks = tasks;
    }

    /** A stage's results as JSON, by the titles of their tasks; each with {@code of}, the hash of the inputs it was computed from. */
    private record StageScores(@Nullable String from, Map<String, ObjectNode> findings) {}

    /** Opens a folder's scores, empty if there are none. Results of tasks that are no longer requested are kept. */
    public static Scorecard open(Path folder, List<EvaluationTask> tasks) {
        Scorecard card = new Scorecard(folder.resolve("pipeline.json"), tasks);
        if (Files.exists(card.file)) {
            ObjectNode root = JsonFiles.read(card.file);
            for (JsonNode json : root.path("rows")) {
                StageScores row =
                        card.row(json.path("stage").asText(), json.path("from").asText(null));
                json.path("findings")
                        .properties()
                        .forEach(entry -> row.findings().put(entry.getKey(), (ObjectNode) entry.getValue()));
            }
            root.path("samples").forEach(of -> card.sampled.put(of.path("stage").asText(), (ObjectNode) of));
        }
        return card;
    }

    private StageScores row(String stage, @Nullable String from) {
        return rows.computeIfAbsent(stage, name -> new StageScores(from, new LinkedHashMap<>()));
    }

    /** Whether the result of a task is known for exactly this model and file. */
    public boolean has(String stage, EvaluationTask task, String of) {
        StageScores row = rows.get(stage);
        ObjectNode found = row == null ? null : row.findings().get(task.title());
        return found != null && of.equals(found.path("of").asText());
    }

    /** Keeps a result of a stage's model. */
    public void put(String stage, @Nullable String from, EvaluationTask task, EvaluationResult result, String of) {
        row(stage, from).findings().put(task.title(), result.json().put("of", of));
        save();
    }

    /** Keeps the summary of a stage that sampled. */
    public void put(String stage, ObjectNode summary) {
        summary.put("stage", stage);
        sampled.put(stage, summary);
        save();
    }

    public void forget(String stage) {
        rows.remove(stage);
        sampled.remove(stage);
    }

    /** The result of a task for a stage's model, if it is known. */
    public Optional<EvaluationResult> result(@Nullable String stage, EvaluationTask task) {
        return Optional.ofNullable(rows.get(stage == null ? "" : stage))
                .map(row -> row.findings().get(task.title()))
                .flatMap(task::read);
    }

    /** Rows are models, columns are tasks; changes are from the model a stage started from. */
    public Table table() {
        List<Column> columns = new ArrayList<>(List.of(Column.text("stage")));
        for (EvaluationTask task : tasks) {
            columns.add(Column.number(task.title() + task.unit()));
        }
        Table table = Table.of(columns.toArray(Column[]::new));
        for (Map.Entry<String, StageScores> row : rows.entrySet()) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.text(row.getKey())));
            for (EvaluationTask task : tasks) {
                EvaluationResult before = result(row.getValue().from(), task).orElse(null);
                cells.add(result(row.getKey(), task)
                        .map(found -> found.cell(before))
                        .orElse(Cell.text("-")));
            }
            table = table.row(cells.toArray(Cell[]::new));
        }
        return table;
    }

    private void save() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode columns = root.putArray("measures");
        for (EvaluationTask task : tasks) {
            columns.addObject()
                    .put("name", task.title())
                    .put("kind", task.kind())
                    .put("path", task.path().toString());
        }
        ArrayNode stages = root.putArray("rows");
        rows.forEach((stage, row) -> {
            ObjectNode json = stages.addObject().put("stage", stage).put("from", row.from());
            json.putObject("findings").setAll(row.findings());
        });
        root.putArray("samples").addAll(sampled.values());
        try {
            JsonFiles.write(file, root);
        } catch (IOException e) {
            throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
        }
    }
}
