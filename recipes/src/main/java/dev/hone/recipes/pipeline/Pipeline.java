package dev.hone.recipes.pipeline;

import dev.hone.checkpoint.AtomicFiles;
import dev.hone.config.CheckpointException;
import dev.hone.config.ConfigurationException;
import dev.hone.recipes.FolderLock;
import dev.hone.recipes.Watcher;
import dev.hone.recipes.provenance.Hashes;
import dev.hone.recipes.report.Table;
import dev.hone.recipes.report.TextTable;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of a file one after the other, and measures the model that each leaves.
 *
 * <pre>
 *   pipeline.yaml    as written                     NAME/          a stage: a run's folder, or what it drew
 *   pipeline.json    findings, stage by stage       NAME/merged/   base and adapter as one, where a later stage needs it
 *   manifest.json    where everything came from
 * </pre>
 *
 * <p>What is finished is not done again, a stage that was interrupted goes on from its last checkpoint, and the end is the same
 * weights. One process writes to the folder at a time.
 */
public final class Pipeline {
    private final PipelineFile file;
    private final Watcher watcher;
    private final Hashes hashes = new Hashes();
    private final Manifest manifest;
    private final Scoreboard scores;
    private final StageRun stageRun;

    private Pipeline(PipelineFile file, List<String> versions, Watcher watcher) {
        this.file = file;
        this.watcher = watcher;
        manifest = Manifest.open(file.output(), versions);
        scores = Scoreboard.open(file.output(), file.measures());
        stageRun = new StageRun(file, manifest, scores, hashes, watcher);
    }

    /** Why a pipeline ended. */
    public enum Ending {
        COMPLETE,
        /** Asked to stop; it can go on later. */
        INTERRUPTED
    }

    /**
     * The end of a pipeline.
     *
     * @param scores a row for the base and for each stage that trained, a column for each measure
     */
    public record Outcome(Ending ending, Table scores) {}

    /**
     * Runs a pipeline from where its folder stands.
     *
     * @param from a stage to run again with all that come after it, whose folders are deleted; null for none
     * @param versions what is running, for the manifest
     * @throws ConfigurationException where a stage is stale: done with other settings or from other files
     */
    public static Outcome run(PipelineFile file, @Nullable String from, List<String> versions, Watcher watcher) {
        try (FolderLock lock = FolderLock.take(file.output(), "pipeline")) {
            List<Stage> stages = file.stages();
            int again = from == null ? stages.size() : file.indexOf(from);
            Pipeline pipeline = new Pipeline(file, versions, watcher);
            Freshness freshness = new Freshness(file, pipeline.manifest, pipeline.hashes);
            freshness.requireOwnFolders();
            freshness.require(stages.subList(0, again));
            for (Stage stage : stages.subList(again, stages.size())) {
                pipeline.forget(stage);
            }
            AtomicFiles.write(file.output().resolve("pipeline.yaml"), file.written());
            boolean complete = pipeline.runAll();
            return new Outcome(complete ? Ending.COMPLETE : Ending.INTERRUPTED, pipeline.scores.table());
        } catch (IOException e) {
            throw new CheckpointException(file.output() + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /** Deletes what a stage left, if this pipeline made it; last of all, the knowledge of it. */
    private void forget(Stage stage) throws IOException {
        if (manifest.of(stage.name()).isPresent()) {
            stageRun.delete(stage.place().folder());
            scores.forget(stage.name());
            manifest.forget(stage.name());
        }
    }

    private boolean runAll() throws IOException {
        Optional<Stage.Product> base = file.base();
        if (base.isPresent() && !measure(Scoreboard.BASE, null, base.get(), List.of())) {
            return false;
        }
        int number = 0;
        for (Stage stage : file.stages()) {
            number++;
            String title = number + "/" + file.stages().size() + "  " + stage.name() + " (" + stage.kind() + ")";
            if (manifest.isFinished(stage.name())) {
                watcher.say(title + ": finished before");
            } else {
                watcher.say(title);
                if (watcher.getAsBoolean() || !stageRun.run(stage)) {
                    return false;
                }
            }
            if (stage instanceof Stage.Learning learning
                    && !learning.run()
                            .method()
                            .scoresTexts() // a reward model answers nothing; its run tells what it is worth
                    && !measure(
                            stage.name(),
                            file.rowBefore(learning),
                            learning.product(),
                            stage.place().own())) {
                return false;
            }
        }
        return true;
    }

    /** Takes what measures have not been taken of a model and says what they found; false if asked to stop. */
    private boolean measure(String stage, @Nullable String before, Stage.Product model, List<Measure> own) {
        DType compute = file.compute().type();
        Path adapter = model.adapter();
        String weights = hashes.of(model.model()) + (adapter == null ? "" : hashes.of(adapter)) + compute;
        boolean news = false;
        for (Measure measure : file.measures()) {
            String of = Hashes.text(measure + hashes.of(measure.path()) + weights);
            if (!scores.has(stage, measure, of)) {
                Optional<Finding> found =
                        watcher.getAsBoolean() ? Optional.empty() : Examination.of(model, measure, compute, watcher);
                if (found.isEmpty()) {
                    return false;
                }
                scores.put(stage, before, measure, found.get(), of);
                news = true;
            }
        }
        if (news) {
            tell(stage, before, own);
        }
        return true;
    }

    /** What a stage gained on its own cases first, then everything, then where the pipeline stands. */
    private void tell(String stage, @Nullable String before, List<Measure> own) {
        Stream.concat(own.stream(), file.measures().stream())
                .distinct()
                .forEach(measure -> watcher.say("  " + (own.contains(measure) ? "* " : "  ") + measure.title() + ": "
                        + scores.finding(stage, measure)
                                .map(found -> found.sentence(
                                        scores.finding(before, measure).orElse(null)))
                                .orElse("not measured")));
        TextTable.render(scores.table(), TextTable.Ink.PLAIN).lines().forEach(watcher::say);
    }
}
