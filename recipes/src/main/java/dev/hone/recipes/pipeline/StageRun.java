package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.AtomicFiles;
import dev.hone.checkpoint.AtomicFolder;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Merge;
import dev.hone.config.DataException;
import dev.hone.config.Settings;
import dev.hone.config.StoppedException;
import dev.hone.data.JsonlFile;
import dev.hone.recipes.RunDirectory;
import dev.hone.recipes.Sampled;
import dev.hone.recipes.Speaker;
import dev.hone.recipes.Training;
import dev.hone.recipes.Watcher;
import dev.hone.recipes.provenance.Hashes;
import dev.hone.recipes.report.MetricsFile;
import dev.hone.recipes.report.MetricsRow;
import dev.hone.rollout.Reward;
import dev.hone.tensor.DType;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Carries out one stage of a pipeline, from where its folder stands, and notes it in the manifest. */
final class StageRun {
    private final PipelineFile file;
    private final Manifest manifest;
    private final Scoreboard scores;
    private final Hashes hashes;
    private final Watcher watcher;

    StageRun(PipelineFile file, Manifest manifest, Scoreboard scores, Hashes hashes, Watcher watcher) {
        this.file = file;
        this.manifest = manifest;
        this.scores = scores;
        this.hashes = hashes;
        this.watcher = watcher;
    }

    /** Runs a stage that is not finished; false if it was asked to stop, and can be run again to go on. */
    boolean run(Stage stage) throws IOException {
        if (stage instanceof Stage.Learning learning && learning.merging() != null) {
            merge(learning.merging());
        }
        requireRows(stage);
        if (manifest.of(stage.name()).isEmpty()) {
            manifest.begin(stage, file.stages(), hashes);
        }
        return stage instanceof Stage.Learning learning ? learn(learning) : draw((Stage.Drawing) stage);
    }

    /** A stage that kept nothing leaves an empty file, from which nothing can be learned. */
    private void requireRows(Stage stage) throws IOException {
        for (Path path : stage.inputs().values()) {
            for (Stage earlier : file.stages()) {
                boolean drawn = earlier instanceof Stage.Drawing
                        && path.startsWith(earlier.place().folder());
                if (drawn && Files.size(path) == 0) {
                    throw new DataException("stage " + stage.name() + ": " + path + " is empty, as no answer of "
                            + earlier.name() + " was good enough to keep or better than another; give it more"
                            + " completions, other tasks or a lower threshold, and run --from " + earlier.name());
                }
            }
        }
    }

    private void merge(Stage.Learning.Merging merging) throws IOException {
        Stage.Learning stage = merging.stage();
        if (manifest.has(merging)) {
            return;
        }
        delete(stage.merged()); // what an interrupted merge left
        Path adapter = Objects.requireNonNull(stage.product().adapter());
        Checkpoint base = Checkpoint.open(stage.product().model());
        DType type = merging.type().type(base.storedType());
        Merge.Rounding rounding = Merge.write(base, AdapterFiles.read(adapter, base.config()), stage.merged(), type)
                .whole();
        CheckpointWriter.copyTokenizer(adapter, stage.merged()); // with the template that was taught
        manifest.merged(merging, type, rounding);
        watcher.say(String.format(
                Locale.ROOT,
                "merged the adapter of %s into its base as %s; rounding took %.1f %% of the update and changed it by"
                        + " %.1f %%%s",
                stage.name(),
                type,
                100 * rounding.lost(),
                100 * rounding.error(),
                rounding.error() > 0.25 ? ", which is much; merge: fp32 keeps all of it" : ""));
    }

    private boolean learn(Stage.Learning stage) throws IOException {
        Path folder = stage.place().folder();
        if (!RunDirectory.isFinished(folder)) {
            Settings resolved = Settings.parse(
                    folder.resolve("run.yaml").toString(), stage.configured().toYaml());
            try (RunDirectory directory = RunDirectory.open(folder, resolved, stage.configured())) {
                if (Training.run(stage.run(), directory, watcher).ending() == Trainer.Ending.INTERRUPTED) {
                    return false;
                }
            } catch (StoppedException e) {
                return false;
            }
        }
        List<MetricsRow> steps = metrics(folder);
        Path result = folder.resolve("final");
        manifest.finish(
                stage.name(),
                result,
                hashes.files(result),
                steps.stream().mapToDouble(step -> step.value("seconds")).sum(),
                (long) steps.stream().mapToDouble(step -> step.value("tokens")).sum());
        return true;
    }

    private boolean draw(Stage.Drawing stage) throws IOException {
        SampleSettings settings = stage.sample();
        long started = System.nanoTime();
        Sampled sampled;
        try (Reward reward = settings.reward().open(settings.answer());
                Speaker speaker = Speaker.open(
                        settings.model(),
                        settings.adapter(),
                        settings.compute().type(),
                        settings.template(),
                        watcher)) {
            sampled = Sampled.draw(speaker, settings.tasks(), reward, settings.plan(), watcher);
        }
        if (sampled.samples().size() < JsonlFile.open(settings.tasks()).rows()) {
            return false;
        }
        Path folder = stage.place().folder();
        AtomicFiles.write(stage.resolved(), stage.configured().toYaml());
        sampled.save(folder);
        watcher.say("  " + sampled.describe() + ", "
                + sampled.kept().stream().mapToLong(List::size).sum() + " kept");
        scores.put(stage.name(), summary(sampled, settings.completions()));
        Map<String, String> files = new TreeMap<>();
        for (String name : Earlier.FILES) {
            files.put(name, hashes.of(folder.resolve(name)));
        }
        long tokens = sampled.samples().stream()
                .flatMap(List::stream)
                .mapToLong(sample -> sample.completion().ids().length)
                .sum();
        manifest.finish(stage.name(), folder, files, (System.nanoTime() - started) / 1e9, tokens);
        return true;
    }

    private static ObjectNode summary(Sampled sampled, int completions) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        summary.put("tasks", sampled.samples().size());
        summary.put("completions", completions);
        summary.put("mean-reward", sampled.meanReward());
        summary.put("best-of-n", sampled.bestOfN());
        ObjectNode pass = summary.putObject("pass-at");
        for (int k = 1; k <= completions; k *= 2) {
            pass.put(String.valueOf(k), sampled.passAt(k));
        }
        summary.put("kept", sampled.kept().stream().mapToLong(List::size).sum());
        return summary;
    }

    private static List<MetricsRow> metrics(Path folder) throws IOException {
        return MetricsFile.read(folder.resolve("metrics.jsonl"));
    }

    /** Deletes a folder with all that is in it, if it exists. */
    void delete(Path folder) throws IOException {
        AtomicFolder.delete(folder);
    }
}
