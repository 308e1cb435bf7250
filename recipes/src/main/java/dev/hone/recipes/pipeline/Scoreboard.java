package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.JsonFiles;
import dev.hone.config.CheckpointException;
import dev.hone.recipes.report.Table;
import dev.hone.recipes.report.Table.Cell;
import dev.hone.recipes.report.Table.Column;
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
final class Scoreboard {
    /** The row of the model that the first stage starts from. */
    static final String BASE = "base";

    private final Path file;
    private final List<Measure> measures;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, ObjectNode> sampled = new LinkedHashMap<>();

    private Scoreboard(Path file, List<Measure> measures) {
        this.file = file;
        this.measures = measures;
    }

    /** A stage's findings by the titles of their measures; {@code of} tells what was measured on what. */
    private record Row(@Nullable String from, Map<String, Finding> findings, Map<String, String> of) {}

    /** Opens a folder's scores, empty if there are none. */
    static Scoreboard open(Path folder, List<Measure> measures) {
        Scoreboard board = new Scoreboard(folder.resolve("pipeline.json"), measures);
        if (Files.exists(board.file)) {
            ObjectNode root = JsonFiles.read(board.file);
            for (JsonNode json : root.path("rows")) {
                Row row =
                        board.row(json.path("stage").asText(), json.path("from").asText(null));
                json.path("findings").properties().forEach(entry -> {
                    row.findings().put(entry.getKey(), Finding.of(entry.getValue()));
                    row.of().put(entry.getKey(), entry.getValue().path("of").asText());
                });
            }
            root.path("samples")
                    .forEach(of -> board.sampled.put(of.path("stage").asText(), (ObjectNode) of));
        }
        return board;
    }

    private Row row(String stage, @Nullable String from) {
        return rows.computeIfAbsent(stage, name -> new Row(from, new LinkedHashMap<>(), new LinkedHashMap<>()));
    }

    /** Whether a measure has been taken of exactly this model and file. */
    boolean has(String stage, Measure measure, String of) {
        Row row = rows.get(stage);
        return row != null && of.equals(row.of().get(measure.title()));
    }

    /** Notes what was found of a stage's model. */
    void put(String stage, @Nullable String from, Measure measure, Finding finding, String of) {
        Row row = row(stage, from);
        row.findings().put(measure.title(), finding);
        row.of().put(measure.title(), of);
        save();
    }

    /** Notes what a stage drew. */
    void put(String stage, ObjectNode summary) {
        summary.put("stage", stage);
        sampled.put(stage, summary);
        save();
    }

    void forget(String stage) {
        rows.remove(stage);
        sampled.remove(stage);
    }

    /** What was found of a stage's model. */
    Optional<Finding> finding(@Nullable String stage, Measure measure) {
        return Optional.ofNullable(rows.get(stage == null ? "" : stage))
                .map(row -> row.findings().get(measure.title()))
                .filter(found -> found instanceof Finding.Accuracy == measure instanceof Measure.Cases);
    }

    /** Rows are models, columns are measures; changes are from the model a stage started from. */
    Table table() {
        List<Column> columns = new ArrayList<>(List.of(Column.text("stage")));
        for (Measure measure : measures) {
            String unit = measure instanceof Measure.Texts ? " (loss)" : "";
            columns.add(Column.number(measure.title() + unit));
        }
        Table table = Table.of(columns.toArray(Column[]::new));
        for (Map.Entry<String, Row> row : rows.entrySet()) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.text(row.getKey())));
            for (Measure measure : measures) {
                Finding before = finding(row.getValue().from(), measure).orElse(null);
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
        for (Measure measure : measures) {
            columns.addObject()
                    .put("name", measure.title())
                    .put("kind", measure instanceof Measure.Cases ? "cases" : "texts")
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
