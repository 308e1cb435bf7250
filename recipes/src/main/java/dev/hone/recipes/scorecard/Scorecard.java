package dev.hone.recipes.scorecard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Purpose;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of models, kept in a file as JSON: a row for the base and for each stage that trained, with the row it started from, and a
 * result for each evaluation task. For use by one thread.
 */
public final class Scorecard {
    /** The row of the model that the first stage starts from. */
    public static final String BASE = "base";

    /** The row of that model with solved examples before each question. */
    public static final String FEW_SHOT = "few-shot";

    private static final String BEGUN = "begun";

    private final @Nullable Path file;
    private final List<EvaluationTask> tasks;
    private final Map<String, StageScores> rows = new LinkedHashMap<>();
    private final Map<String, ObjectNode> sampled = new LinkedHashMap<>();

    private Scorecard(@Nullable Path file, List<EvaluationTask> tasks) {
        this.file = file;
        this.tasks = tasks;
    }

    /** A stage's results as JSON, by the titles of their tasks; each with {@code of}, the hash of the inputs it was computed from. */
    private record StageScores(@Nullable String from, Map<String, ObjectNode> findings) {}

    /** A scorecard that is kept nowhere. */
    static Scorecard inMemory(List<EvaluationTask> tasks) {
        return new Scorecard(null, tasks);
    }

    /** Opens the scores in a file, empty if there are none. Results of tasks that are no longer requested are kept. */
    public static Scorecard open(Path file, List<EvaluationTask> tasks) {
        Scorecard card = new Scorecard(file, tasks);
        if (Files.exists(file)) {
            ObjectNode root = JsonFiles.read(file);
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
        return known(stage, task, of, false);
    }

    /** Whether the rows of a task may go on being answered, for exactly this model and file. */
    public boolean hasBegun(String stage, EvaluationTask task, String of) {
        return known(stage, task, of, true);
    }

    private boolean known(String stage, EvaluationTask task, String of, boolean begun) {
        StageScores row = rows.get(stage);
        ObjectNode found = row == null ? null : row.findings().get(task.title());
        return found != null && of.equals(found.path("of").asText()) && begun == found.has(BEGUN);
    }

    /** Notes that a task's rows are about to be answered by a stage's model. */
    public void begin(String stage, @Nullable String from, EvaluationTask task, String of) {
        ObjectNode begun = JsonNodeFactory.instance.objectNode().put(BEGUN, true);
        row(stage, from).findings().put(task.title(), begun.put("of", of));
        save();
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

    /** Takes over the results of a row of another scorecard, as a row without one before it. */
    void adopt(String stage, Scorecard other, String theirs) {
        StageScores row = other.rows.get(theirs);
        if (row != null) {
            row(stage, null).findings().putAll(row.findings());
        }
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

    /** The models that there are results of, in their order. */
    public List<String> stages() {
        return List.copyOf(rows.keySet());
    }

    /** Tasks by their purposes, and a column for each model; changes are from the model that a stage started from. */
    public Table table() {
        List<Column> columns = new ArrayList<>(List.of(Column.text("purpose"), Column.text("task")));
        rows.keySet().forEach(stage -> columns.add(Column.number(stage)));
        Table table = Table.of(columns.toArray(Column[]::new));
        Purpose before = null;
        for (EvaluationTask task : byPurpose()) {
            Purpose purpose = task.purpose();
            List<Cell> cells = new ArrayList<>();
            cells.add(Cell.text(purpose == before ? "" : purpose.name().toLowerCase(Locale.ROOT)));
            cells.add(Cell.text(task.title() + task.unit()));
            before = purpose;
            rows.forEach((stage, row) -> cells.add(result(stage, task)
                    .map(found -> found.cell(result(row.from(), task).orElse(null)))
                    .orElse(Cell.text("-"))));
            table = table.row(cells.toArray(Cell[]::new));
        }
        return table;
    }

    /** The tasks, those of a purpose together. */
    List<EvaluationTask> byPurpose() {
        return tasks.stream()
                .sorted(Comparator.comparing(EvaluationTask::purpose))
                .toList();
    }

    private void save() {
        if (file != null) {
            try {
                JsonFiles.write(file, json());
            } catch (IOException e) {
                throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
            }
        }
    }

    /** As it stands in its file. */
    public ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode columns = root.putArray("measures");
        for (EvaluationTask task : tasks) {
            columns.addObject()
                    .put("name", task.title())
                    .put("kind", task.kind())
                    .put("purpose", task.purpose().name().toLowerCase(Locale.ROOT))
                    .put("path", task.path().toString());
        }
        ArrayNode stages = root.putArray("rows");
        rows.forEach((stage, row) -> {
            ObjectNode json = stages.addObject().put("stage", stage).put("from", row.from());
            json.putObject("findings").setAll(row.findings());
        });
        root.putArray("samples").addAll(sampled.values());
        return root;
    }
}
