package dev.hone.recipes.pipeline;

import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Gate;
import dev.hone.recipes.guard.GuardReport;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.run.FolderLock;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.scorecard.CaseFiles;
import dev.hone.recipes.scorecard.Judgement;
import dev.hone.recipes.scorecard.RowEvaluation;
import dev.hone.recipes.scorecard.Scorecard;
import dev.hone.recipes.scorecard.ScorecardReport;
import dev.hone.report.Table;
import dev.hone.report.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of a file one after the other, and evaluates the model of each.
 *
 * <pre>
 *   pipeline.yaml    as written                     NAME/          a stage: a run's folder, or its samples
 *   pipeline.json    results, stage by stage        NAME/merged/   base and adapter as one, where a later stage needs it
 *   manifest.json    where everything came from       NAME/cases/    what its model made of every row that is evaluated
 *   scorecard.html   the results as a page            base/, few-shot/   the same of the base, alone and with examples
 *   junit.xml        the last model's, as tests
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
        scores = Scorecard.open(file.output().resolve("pipeline.json"), file.evaluations());
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
     * @param scores a column for the base and for each stage that trained, a row for each evaluation task
     * @param judged the gates of stages that have their results
     */
    public record PipelineOutcome(PipelineEnding ending, Table scores, List<Judgement> judged) {}

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
                    complete ? PipelineEnding.COMPLETE : PipelineEnding.INTERRUPTED,
                    pipeline.scores.table(),
                    complete ? pipeline.judged() : List.of());
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
        if (!evaluateUpTo(0)) {
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
            if (!evaluateUpTo(number)) {
                return false;
            }
        }
        report();
        return true;
    }

    /**
     * Evaluates the base and the models of the first stages on all that there are rows for by now; what is known is not measured again.
     * False if asked to stop.
     */
    private boolean evaluateUpTo(int finished) {
        Optional<ModelPaths> base = file.base();
        if (base.isPresent()
                && !(evaluate(Scorecard.BASE, null, base.get(), List.of()) && promptWithExamples(base.get()))) {
            return false;
        }
        for (PipelineStage stage : file.stages().subList(0, finished)) {
            if (stage instanceof PipelineStage.TrainingStage training
                    && training.isEvaluated()
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

    /** The tasks whose rows are there: not those of a stage that makes them and is not finished. */
    private List<EvaluationTask> measurable() {
        return file.evaluations().stream()
                .filter(task -> file.stages().stream()
                        .noneMatch(stage ->
                                task.path().startsWith(stage.place().folder()) && !manifest.isFinished(stage.name())))
                .toList();
    }

    /** Evaluates a model on the tasks whose results are not known yet and reports them; false if asked to stop. */
    private boolean evaluate(String stage, @Nullable String before, ModelPaths model, List<EvaluationTask> own) {
        RowEvaluation.Ending ending = evaluation(stage, before, model).run(measurable());
        if (ending == RowEvaluation.Ending.MEASURED) {
            report(stage, before, own);
        }
        return ending != RowEvaluation.Ending.INTERRUPTED;
    }

    /** The base once more, with solved examples before the questions of those tasks that ask for it; false if asked to stop. */
    private boolean promptWithExamples(ModelPaths base) {
        List<EvaluationTask> shown = measurable().stream()
                .flatMap(task -> task.fewShotTask().stream())
                .toList();
        return shown.isEmpty()
                || evaluation(Scorecard.FEW_SHOT, Scorecard.BASE, base).run(shown) != RowEvaluation.Ending.INTERRUPTED;
    }

    private RowEvaluation evaluation(String row, @Nullable String before, ModelPaths model) {
        return new RowEvaluation(
                scores, row, before, model, file.compute().type(), file.output().resolve(row), hashes, observer);
    }

    /** The last model that is evaluated. */
    private Optional<PipelineStage.TrainingStage> last() {
        return file.stages().stream()
                .filter(PipelineStage.TrainingStage.class::isInstance)
                .map(PipelineStage.TrainingStage.class::cast)
                .filter(PipelineStage.TrainingStage::isEvaluated)
                .reduce((one, later) -> later);
    }

    /**
     * The gates of each stage's own tasks, against the model it started from; those of its guards, and alarms that ended it; and those of the pipeline's, for its
     * last model, against the base.
     */
    private List<Judgement> judged() {
        List<Judgement> judged = new ArrayList<>();
        for (PipelineStage stage : file.stages()) {
            if (stage instanceof PipelineStage.TrainingStage training) {
                judged.addAll(Judgement.of(
                        scores,
                        stage.name(),
                        file.rowBefore(training),
                        stage.place().own()));
                GuardReport.read(stage.place().folder())
                        .gates()
                        .forEach(gate -> judged.add(new Judgement(
                                stage.name(), gate.measure(), new Gate.Verdict(gate.holds(), gate.sentence()))));
                StageRun.stoppedBy(training)
                        .forEach(alarm -> judged.add(new Judgement(
                                stage.name(), alarm.type().word(), new Gate.Verdict(false, alarm.text()))));
            }
        }
        last().ifPresent(stage -> judged.addAll(Judgement.of(scores, stage.name(), Scorecard.BASE, file.general())));
        return judged;
    }

    /** The page and the tests, beside {@code pipeline.json}. */
    private void report() {
        Optional<PipelineStage.TrainingStage> last = last();
        if (last.isEmpty() || file.evaluations().isEmpty()) {
            return;
        }
        Map<String, String> facts = new LinkedHashMap<>();
        file.base().ifPresent(base -> facts.put("base", base.model().toString()));
        facts.put(
                "stages",
                String.join(
                        ", ", file.stages().stream().map(PipelineStage::name).toList()));
        String name = last.get().name();
        new ScorecardReport(
                        "Scorecard of "
                                + file.output().toAbsolutePath().normalize().getFileName(),
                        facts,
                        scores,
                        judged(),
                        name,
                        new CaseFiles(file.output().resolve(name)),
                        file.base().isEmpty()
                                ? null
                                : new CaseFiles(file.output().resolve(Scorecard.BASE)))
                .save(file.output());
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
