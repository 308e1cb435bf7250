package dev.hone.recipes.pipeline;

import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.recipes.evaluate.Evaluation;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Scorecard;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.run.FolderLock;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Table;
import dev.hone.report.TextTable;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of a file one after the other, and evaluates the model of each.
 *
 * <pre>
 *   pipeline.yaml    as written                     NAME/          a stage: a run's folder, or its samples
 *   pipeline.json    results, stage by stage        NAME/merged/   base and adapter as one, where a later stage needs it
 *   manifest.json    where everything came from
 * </pre>
 *
 * <p>What is finished is not done again; a stage that was interrupted resumes from its last checkpoint and ends with the same
 * weights. One process writes to the folder at a time.
 */
public final class Pipeline {
    private final PipelineFile file;
    private final RunObserver observer;
    private final InputHashes hashes = new InputHashes();
    private final PipelineManifest manifest;
    private final Scorecard scores;
    private final StageRun stageRun;

    private Pipeline(PipelineFile file, List<String> versions, RunObserver observer) {
        this.file = file;
        this.observer = observer;
        manifest = PipelineManifest.open(file.output(), versions);
        scores = Scorecard.open(file.output(), file.evaluations());
        stageRun = new StageRun(file, manifest, scores, hashes, observer);
    }

    /** Why a pipeline ended. */
    public enum PipelineEnding {
        COMPLETE,
        /** Asked to stop; it can be resumed. */
        INTERRUPTED
    }

    /**
     * The end of a pipeline.
     *
     * @param scores a row for the base and for each stage that trained, a column for each evaluation task
     */
    public record PipelineOutcome(PipelineEnding ending, Table scores) {}

    /**
     * Runs a pipeline from where its folder stands.
     *
     * @param from a stage to run again with all that come after it, whose folders are deleted; null for none
     * @param versions what is running, for the manifest
     * @throws ConfigurationException where a stage is stale: done with other settings or from other files
     */
    public static PipelineOutcome run(
            PipelineFile file, @Nullable String from, List<String> versions, RunObserver observer) {
        try (FolderLock lock = FolderLock.take(file.output(), "pipeline")) {
            List<PipelineStage> stages = file.stages();
            int again = from == null ? stages.size() : file.indexOf(from);
            Pipeline pipeline = new Pipeline(file, versions, observer);
            Staleness freshness = new Staleness(file, pipeline.manifest, pipeline.hashes);
            freshness.requireOwnFolders();
            freshness.require(stages.subList(0, again));
            for (PipelineStage stage : stages.subList(again, stages.size())) {
                pipeline.forget(stage);
            }
            AtomicFiles.write(file.output().resolve("pipeline.yaml"), file.written());
            boolean complete = pipeline.runAll();
            return new PipelineOutcome(
                    complete ? PipelineEnding.COMPLETE : PipelineEnding.INTERRUPTED, pipeline.scores.table());
        } catch (IOException e) {
            throw new CheckpointException(file.output() + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /** Deletes the folder of a stage, if this pipeline made it; last of all, its entry in the manifest. */
    private void forget(PipelineStage stage) throws IOException {
        if (manifest.of(stage.name()).isPresent()) {
            stageRun.delete(stage.place().folder());
            scores.forget(stage.name());
            manifest.forget(stage.name());
        }
    }

    private boolean runAll() throws IOException {
        Optional<ModelPaths> base = file.base();
        if (base.isPresent() && !evaluate(Scorecard.BASE, null, base.get(), List.of())) {
            return false;
        }
        int number = 0;
        for (PipelineStage stage : file.stages()) {
            number++;
            String title = number + "/" + file.stages().size() + "  " + stage.name() + " (" + stage.kind() + ")";
            if (manifest.isFinished(stage.name())) {
                observer.say(title + ": finished before");
            } else {
                observer.say(title);
                if (observer.getAsBoolean() || !stageRun.run(stage)) {
                    return false;
                }
            }
            if (stage instanceof PipelineStage.TrainingStage training
                    && training.run().method().start()
                            != Start.REWARD // a reward model generates nothing; its run reports its calibration
                    && !evaluate(
                            stage.name(),
                            file.rowBefore(training),
                            training.product(),
                            stage.place().own())) {
                return false;
            }
        }
        return true;
    }

    /** Evaluates a model on the tasks whose results are not known yet and reports them; false if asked to stop. */
    private boolean evaluate(String stage, @Nullable String before, ModelPaths model, List<EvaluationTask> own) {
        DType compute = file.compute().type();
        Path adapter = model.adapter();
        String weights = hashes.of(model.model()) + (adapter == null ? "" : hashes.of(adapter)) + compute;
        boolean news = false;
        for (EvaluationTask task : file.evaluations()) {
            String of = InputHashes.text(task + hashes.of(task.path()) + weights);
            if (!scores.has(stage, task, of)) {
                Optional<EvaluationResult> found =
                        observer.getAsBoolean() ? Optional.empty() : Evaluation.of(model, task, compute, observer);
                if (found.isEmpty()) {
                    return false;
                }
                scores.put(stage, before, task, found.get(), of);
                news = true;
            }
        }
        if (news) {
            report(stage, before, own);
        }
        return true;
    }

    /** What a stage gained on its own cases first, then everything, then where the pipeline stands. */
    private void report(String stage, @Nullable String before, List<EvaluationTask> own) {
        Stream.concat(own.stream(), file.evaluations().stream())
                .distinct()
                .forEach(task -> observer.say("  " + (own.contains(task) ? "* " : "  ") + task.title() + ": "
                        + scores.result(stage, task)
                                .map(found -> found.sentence(
                                        scores.result(before, task).orElse(null)))
                                .orElse("not measured")));
        TextTable.render(scores.table(), TextTable.Ink.PLAIN).lines().forEach(observer::say);
    }
}
