package dev.hone.recipes.scorecard;

import dev.hone.error.CheckpointException;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.evaluate.Evaluation;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills a row of a scorecard: evaluates one model on the tasks whose results are not known yet, going on where an earlier evaluation
 * was interrupted. The model is opened at the first of them, once for each template. For use by one thread.
 *
 * @param folder where {@link CaseFiles} are kept; null: nowhere
 */
public record RowEvaluation(
        Scorecard scores,
        String row,
        @Nullable String before,
        ModelPaths model,
        DType compute,
        @Nullable Path folder,
        InputHashes hashes,
        RunObserver observer) {
    /** How it ended. */
    public enum Ending {
        /** All results had been there. */
        KNOWN,
        /** Some are new. */
        MEASURED,
        INTERRUPTED
    }

    /** Evaluates the model on the tasks whose results are not known. */
    public Ending run(List<EvaluationTask> tasks) {
        boolean news = false;
        String template = "";
        LoadedModel open = null;
        try {
            for (EvaluationTask task : tasks) {
                String of = key(task);
                if (scores.has(row, task, of)) {
                    continue;
                }
                if (observer.getAsBoolean()) {
                    return Ending.INTERRUPTED;
                }
                if (open == null || !template.equals(task.template())) {
                    if (open != null) {
                        open.close();
                        open = null;
                    }
                    template = task.template();
                    open = Evaluation.open(model, template, compute, observer);
                }
                Optional<EvaluationResult> found = task.evaluate(open, log(task, of), observer);
                if (found.isEmpty()) {
                    return Ending.INTERRUPTED;
                }
                scores.put(row, before, task, found.get(), of);
                news = true;
            }
        } finally {
            if (open != null) {
                open.close();
            }
        }
        return news ? Ending.MEASURED : Ending.KNOWN;
    }

    /** A digest of all that the result depends on. */
    private String key(EvaluationTask task) {
        Path adapter = model.adapter();
        StringBuilder all = new StringBuilder(task.identity()).append(hashes.of(task.path()));
        task.files().forEach(file -> all.append(hashes.of(file)));
        all.append(hashes.of(model.model()))
                .append(adapter == null ? "" : hashes.of(adapter))
                .append(compute);
        return InputHashes.text(all.toString());
    }

    /** The file of the rows' results, without those of another model or task. */
    private @Nullable Path log(EvaluationTask task, String of) {
        if (folder == null) {
            return null;
        }
        Path file = new CaseFiles(folder).of(task);
        try {
            if (!scores.hasBegun(row, task, of)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be replaced (" + e.getMessage() + ")", e);
        }
        scores.begin(row, before, task, of);
        return file;
    }
}
