package dev.hone.recipes.scorecard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.run.FolderLock;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Table;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One model on the tasks of a file, with what was found in a folder.
 *
 * <pre>
 *   scorecard.json   results, task by task          cases/TITLE.jsonl            every row of a task
 *   scorecard.html   the same as a page             few-shot/cases/TITLE.jsonl   the same with examples in the prompt
 *   junit.xml        a test for each row
 * </pre>
 *
 * <p>Results that are known are not computed again; rows that were finished before an interruption are not answered again. One process
 * writes to the folder at a time.
 */
public final class ModelEvaluation {
    /** The row of the model itself. */
    private static final String MODEL = "model";

    /** The row of what it is compared with. */
    private static final String BEFORE = "before";

    private static final String CARD = "scorecard.json";
    private static final String OWNER = "evaluation.json";

    private final EvaluationFile file;
    private final ModelPaths model;
    private final @Nullable Path output;
    private final RunObserver observer;
    private final InputHashes hashes = new InputHashes();

    private ModelEvaluation(EvaluationFile file, ModelPaths model, @Nullable Path output, RunObserver observer) {
        this.file = file;
        this.model = model;
        this.output = output;
        this.observer = observer;
    }

    /**
     * What was found.
     *
     * @param complete whether every task has a result; otherwise it was asked to stop
     * @param table the scorecard
     * @param json the same, with the gates
     */
    public record Outcome(boolean complete, Table table, List<Judgement> judged, ObjectNode json) {}

    /**
     * Evaluates a model.
     *
     * @param output the folder; null: nothing is kept
     * @param before the output of an earlier evaluation that results are compared with; null: none
     * @throws ConfigurationException if a gate asks what was lost and {@code before} has no result of its task, or the folder is another
     *     model's
     */
    public static Outcome run(
            EvaluationFile file, ModelPaths model, @Nullable Path output, @Nullable Path before, RunObserver observer) {
        ModelEvaluation evaluation = new ModelEvaluation(file, model, output, observer);
        if (output == null) {
            return evaluation.run(Scorecard.inMemory(file.tasks()), before);
        }
        try (FolderLock lock = FolderLock.take(output, "evaluation")) {
            evaluation.claim(output);
            return evaluation.run(Scorecard.open(output.resolve(CARD), file.tasks()), before);
        }
    }

    /** Makes sure that the folder is not that of another model. */
    private void claim(Path folder) {
        Path owner = folder.resolve(OWNER);
        Path adapter = model.adapter();
        String weights = hashes.of(model.model()) + (adapter == null ? "" : hashes.of(adapter));
        if (Files.exists(owner)) {
            ObjectNode known = JsonFiles.read(owner);
            if (!known.path("weights").asText().equals(InputHashes.text(weights))) {
                throw new ConfigurationException("--output (" + folder + ") holds the evaluation of "
                        + known.path("model").asText()
                        + (known.path("adapter").asText().isEmpty()
                                ? ""
                                : " with " + known.path("adapter").asText())
                        + ", whose weights are others; give another --output");
            }
            return;
        }
        if (Files.exists(folder.resolve(CARD)) || Files.exists(folder.resolve("cases"))) {
            throw new ConfigurationException("--output (" + folder + ") holds " + CARD + " or cases, and no " + OWNER
                    + ", so that it is no evaluation's; give another --output");
        }
        ObjectNode mine = JsonNodeFactory.instance.objectNode();
        mine.put("model", model.model().toString())
                .put("adapter", adapter == null ? "" : adapter.toString())
                .put("weights", InputHashes.text(weights));
        try {
            JsonFiles.write(owner, mine);
        } catch (IOException e) {
            throw new CheckpointException(owner + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private Outcome run(Scorecard scores, @Nullable Path before) {
        scores.forget(BEFORE);
        if (before != null) {
            scores.adopt(BEFORE, Scorecard.open(card(before), file.tasks()), MODEL);
        }
        requireBefore(scores);
        DType compute = file.compute().type();
        RowEvaluation plain = new RowEvaluation(
                scores, MODEL, before == null ? null : BEFORE, model, compute, output, hashes, observer);
        boolean complete = plain.run(file.tasks()) != RowEvaluation.Ending.INTERRUPTED;
        List<EvaluationTask> shown = file.tasks().stream()
                .flatMap(task -> task.fewShotTask().stream())
                .toList();
        if (complete && !shown.isEmpty()) {
            Path folder = output == null ? null : output.resolve(Scorecard.FEW_SHOT);
            RowEvaluation prompted =
                    new RowEvaluation(scores, Scorecard.FEW_SHOT, MODEL, model, compute, folder, hashes, observer);
            complete = prompted.run(shown) != RowEvaluation.Ending.INTERRUPTED;
        }
        List<Judgement> judged = Judgement.of(scores, MODEL, before == null ? null : BEFORE, file.tasks());
        if (output != null && complete) {
            CaseFiles earlier = before == null ? null : new CaseFiles(before);
            new ScorecardReport(
                            "Evaluation of " + name(), facts(), scores, judged, MODEL, new CaseFiles(output), earlier)
                    .save(output);
        }
        ObjectNode json = scores.json();
        ArrayNode gates = json.putArray("gates");
        judged.forEach(one -> gates.add(one.json()));
        return new Outcome(complete, scores.table(), judged, json);
    }

    private static Path card(Path folder) {
        Path card = folder.resolve(CARD);
        if (!Files.isRegularFile(card)) {
            throw new ConfigurationException(
                    "--before (" + folder + ") holds no " + CARD + "; name the --output of an earlier ./hone evaluate");
        }
        return card;
    }

    /** A gate on what was lost needs something to have been lost from. */
    private void requireBefore(Scorecard scores) {
        for (EvaluationTask task : file.tasks()) {
            boolean compares = task.gates().stream().anyMatch(on -> on.gate().comparesWithBefore());
            if (compares && scores.result(BEFORE, task).isEmpty()) {
                throw new ConfigurationException("the gate of " + task.title()
                        + " says lose-at-most, but there is no earlier result of this task; name the --output of an"
                        + " earlier evaluation of it with --before");
            }
        }
    }

    private String name() {
        Path last = model.adapter() == null ? model.model() : model.adapter();
        return String.valueOf(last.toAbsolutePath().normalize().getFileName());
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", model.model().toString());
        Path adapter = model.adapter();
        if (adapter != null) {
            facts.put("adapter", adapter.toString());
        }
        facts.put("compute", file.compute().type().toString());
        return facts;
    }
}
