package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Merge;
import dev.hone.checkpoint.Rounding;
import dev.hone.config.Settings;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.alarm.Alarm;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.raft.RaftData;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.recipes.sample.SampleFiles;
import dev.hone.recipes.scorecard.Scorecard;
import dev.hone.recipes.train.RunEnding;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.reward.Reward;
import dev.hone.reward.shape.OpenedReward;
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

/** Runs one stage of a pipeline, from the state of its folder, and notes it in the manifest. */
final class StageRun {
    private final PipelineFile file;
    private final PipelineManifest manifest;
    private final Scorecard scores;
    private final InputHashes hashes;
    private final RunObserver observer;

    StageRun(PipelineFile file, PipelineManifest manifest, Scorecard scores, InputHashes hashes, RunObserver observer) {
        this.file = file;
        this.manifest = manifest;
        this.scores = scores;
        this.hashes = hashes;
        this.observer = observer;
    }

    /** Runs a stage that is not finished; false if it was asked to stop, and running it again resumes it. */
    boolean run(PipelineStage stage) throws IOException {
        if (stage instanceof PipelineStage.TrainingStage training && training.merging() != null) {
            merge(training.merging());
        }
        requireRows(stage);
        if (manifest.of(stage.name()).isEmpty()) {
            manifest.begin(stage, file.stages(), hashes);
        }
        if (stage instanceof PipelineStage.TrainingStage training) {
            return train(training);
        }
        return stage instanceof PipelineStage.DocumentStage documents
                ? makeRows(documents)
                : sample((PipelineStage.SamplingStage) stage);
    }

    /** A stage that kept nothing leaves an empty file, on which nothing can train. */
    private void requireRows(PipelineStage stage) throws IOException {
        for (Path path : stage.inputs().values()) {
            for (PipelineStage earlier : file.stages()) {
                if (earlier instanceof PipelineStage.DocumentStage documents
                        && path.startsWith(documents.place().folder())
                        && Files.size(path) == 0) {
                    throw new DataException("stage " + stage.name() + ": " + path + " is empty, as " + earlier.name()
                            + " holds out no question; raise its held-out or give it more documents, and run --from "
                            + earlier.name());
                }
                boolean sampled = earlier instanceof PipelineStage.SamplingStage
                        && path.startsWith(earlier.place().folder());
                if (sampled && Files.size(path) == 0) {
                    throw new DataException("stage " + stage.name() + ": " + path + " is empty, as no answer of "
                            + earlier.name() + " was good enough to keep or better than another; give it more"
                            + " completions, other tasks or a lower threshold, and run --from " + earlier.name());
                }
            }
        }
    }

    private void merge(PipelineStage.TrainingStage.Merging merging) throws IOException {
        PipelineStage.TrainingStage stage = merging.stage();
        if (manifest.has(merging)) {
            return;
        }
        delete(stage.merged()); // what an interrupted merge left
        Path adapter = Objects.requireNonNull(stage.product().adapter());
        Checkpoint base = Checkpoint.open(stage.product().model());
        DType type = merging.type().type(base.storedType());
        AdapterOnBase adapted = AdapterOnBase.open(adapter, base);
        adapted.otherBase().ifPresent(difference -> {
            throw new CheckpointException(difference);
        });
        Rounding rounding = Merge.write(adapted, stage.merged(), type).whole();
        manifest.merged(merging, type, rounding);
        observer.say(String.format(
                Locale.ROOT,
                "merged the adapter of %s into its base as %s; %s%s",
                stage.name(),
                type,
                rounding.describe(),
                rounding.isMuch() ? ", which is much; merge: fp32 keeps all of it" : ""));
    }

    private boolean train(PipelineStage.TrainingStage stage) throws IOException {
        Path folder = stage.place().folder();
        if (!RunDirectory.isFinished(folder)) {
            Settings resolved = Settings.parse(
                    folder.resolve("run.yaml").toString(), stage.configured().toYaml());
            try (RunDirectory directory = RunDirectory.open(folder, resolved, stage.configured())) {
                if (Training.run(stage.run(), directory, observer).outcome().ending() == Trainer.Ending.INTERRUPTED) {
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

    private boolean sample(PipelineStage.SamplingStage stage) throws IOException {
        SampleSettings settings = stage.sample();
        long started = System.nanoTime();
        RejectionSampling sampled;
        try (Reward reward = settings.reward().open(settings.answer());
                LoadedModel model = ModelLoading.open(
                        stage.start(), ComputeChoice.of(settings.compute().type()), settings.template(), observer)) {
            Reward opened = settings.reward().opened(reward, OpenedReward.openingOf(model.template()));
            sampled = RejectionSampling.draw(model, settings.tasks(), opened, settings.plan(), observer);
        }
        if (sampled.samples().size() < JsonlFile.open(settings.tasks()).rows()) {
            return false;
        }
        Path folder = stage.place().folder();
        AtomicFiles.write(stage.resolved(), stage.configured().toYaml());
        SampleFiles.save(sampled, folder);
        observer.say("  " + sampled.describe() + ", " + sampled.keptSamples() + " kept");
        scores.put(stage.name(), summary(sampled, settings.completions()));
        Map<String, String> files = new TreeMap<>();
        for (String name : StageReferences.FILES) {
            files.put(name, hashes.of(folder.resolve(name)));
        }
        manifest.finish(stage.name(), folder, files, (System.nanoTime() - started) / 1e9, sampled.tokens());
        return true;
    }

    private boolean makeRows(PipelineStage.DocumentStage stage) throws IOException {
        long started = System.nanoTime();
        RaftData data;
        try {
            data = RaftData.of(stage.raft(), observer);
        } catch (StoppedException e) {
            return false;
        }
        Path folder = stage.place().folder();
        Files.createDirectories(folder);
        data.save(stage.configured().toYaml());
        AtomicFiles.write(stage.resolved(), stage.configured().toYaml());
        data.report().lines().forEach(line -> observer.say("  " + line));
        Map<String, String> files = new TreeMap<>();
        for (String name : RaftData.NAMES) {
            files.put(name, hashes.of(folder.resolve(name)));
        }
        manifest.finish(stage.name(), folder, files, (System.nanoTime() - started) / 1e9, 0);
        return true;
    }

    private static ObjectNode summary(RejectionSampling sampled, int completions) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        summary.put("tasks", sampled.samples().size());
        summary.put("completions", completions);
        summary.put("mean-reward", sampled.meanReward());
        summary.put("best-of-n", sampled.bestOfN());
        ObjectNode pass = summary.putObject("pass-at");
        for (int k = 1; k <= completions; k *= 2) {
            pass.put(String.valueOf(k), sampled.passAt(k));
        }
        summary.put("kept", sampled.keptSamples());
        return summary;
    }

    /** The alarms that ended a stage which has its result. */
    static List<Alarm> stoppedBy(PipelineStage.TrainingStage stage) {
        try {
            return RunEnding.stoppedBy(stage.run(), metrics(stage.place().folder()));
        } catch (IOException e) {
            throw new DataException(
                    "the metrics of stage " + stage.name() + " cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static List<MetricsRow> metrics(Path folder) throws IOException {
        return MetricsFile.read(folder.resolve("metrics.jsonl"));
    }

    /** Deletes a folder with all that is in it, if it exists. */
    void delete(Path folder) throws IOException {
        AtomicFolder.delete(folder);
    }
}
