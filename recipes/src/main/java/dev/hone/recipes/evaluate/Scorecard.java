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
 * What every stage's model was found to be worth, kept in {@code pipeline.json}: a row for the base and for each stage that
 * trained, with the row it started from, and a finding for each measure. For use by one thread.
 */
public final class Scorecard {
    /** The row of the model that the first stage starts from. */
    public static final String BASE = "base";

    private final Path file;
    private final List<EvaluationTask> measures;
    private final Map<String, StageScores> rows = new LinkedHashMap<>();
    private final Map<String, ObjectNode> sampled = new LinkedHashMap<>();

    private Scorecard(Path file, List<EvaluationTask> measures) {
        this.file = file;
        this.measures = measures;
    }

    /** A stage's findings by the titles of their measures; {@code of} tells what was measured on what. */
    private record StageScores(@Nullable String from, Map<String, EvaluationResult> findings, Map<String, String> of) {}

    /** Opens a folder's scores, empty if there are none. */
    public static Scorecard open(Path folder, List<EvaluationTask> measures) {
        Scorecard board = new Scorecard(folder.resolve("pipeline.json"), measures);
        if (Files.exists(board.file)) {
            ObjectNode root = JsonFiles.read(board.file);
            for (JsonNode json : root.path("rows")) {
                StageScores row =
                        board.row(json.path("stage").asText(), json.path("from").asText(null));
                json.path("findings").properties().forEach(entry -> {
                    row.findings().put(entry.getKey(), EvaluationResult.of(entry.getValue()));
                    row.of().put(entry.getKey(), entry.getValue().path("of").asText());
                });
            }
            root.path("samples")
                    .forEach(of -> board.sampled.put(of.path("stage").asText(), (ObjectNode) of));
        }
        return board;
    }

    private StageScores row(String stage, @Nullable String from) {
        return rows.computeIfAbsent(stage, name -> new StageScores(from, new LinkedHashMap<>(), new LinkedHashMap<>()));
    }

    /** Whether a measure has been taken of exactly this model and file. */
    public boolean has(String stage, EvaluationTask measure, String of) {
        StageScores row = rows.get(stage);
        return row != null && of.equals(row.of().get(measure.title()));
    }

    /** Notes what was found of a stage's model. */
    public void put(String stage, @Nullable String from, EvaluationTask measure, EvaluationResult finding, String of) {
        StageScores row = row(stage, from);
        row.findings().put(measure.title(), finding);
        row.of().put(measure.title(), of);
        save();
    }

    /** Notes what a stage drew. */
    public void put(String stage, ObjectNode summary) {
        summary.put("stage", stage);
        sampled.put(stage, summary);
        save();
    }

    public void forget(String stage) {
        rows.remove(stage);
        sampled.remove(stage);
    }

    /** What was found of a stage's model. */
    public Optional<EvaluationResult> finding(@Nullable String stage, EvaluationTask measure) {
        return Optional.ofNullable(rows.get(stage == null ? "" : stage))
                .map(row -> row.findings().get(measure.title()))
                .filter(found -> found instanceof EvaluationResult.Accuracy == measure instanceof EvaluationTask.Cases);
    }

    /** Rows are models, columns are measures; changes are from the model a stage started from. */
    public Table table() {
        List<Column> columns = new ArrayList<>(List.of(Column.text("stage")));
        for (EvaluationTask measure : measures) {
            String unit = measure instanceof EvaluationTask.TextLoss ? " (loss)" : "";
            columns.add(Column.number(measure.title() + unit));
        }
        Table table = Table.of(columns.toArray(Column[]::new));
        for (Map.Entry<String, StageScores> row : rows.entrySet()) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.text(row.getKey())));
            for (EvaluationTask measure : measures) {
                EvaluationResult before =
                        finding(row.getValue().from(), measure).orElse(null);
                cells.add(finding(row.getKey(), measure)
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
        for (EvaluationTask measure : measures) {
            columns.addObject()
                    .put("name", measure.title())
                    .put("kind", measure instanceof EvaluationTask.Cases ? "cases" : "texts")
                    .put("path", measure.path().toString());
        }
        ArrayNode stages = root.putArray("rows");
        rows.forEach((stage, row) -> {
            ObjectNode json = stages.addObject().put("stage", stage).put("from", row.from());
            ObjectNode findings = json.putObject("findings");
            row.findings()
                    .forEach((title, found) ->
                            findings.set(title, found.json().put("of", row.of().get(title))));
        });
        root.putArray("samples").addAll(sampled.values());
        try {
            JsonFiles.write(file, root);
        } catch (IOException e) {
            throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
        }
    }
}
