package dev.hone.recipes.pipeline;

import dev.hone.config.Settings;
import dev.hone.files.MissingPath;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds one stage, with its references resolved to paths.
 *
 * <p>{@code model: stage:X} is the checkpoint that X trained. Where X trained an adapter, a stage that samples uses base and
 * adapter as they are; one that trains starts from both merged, unless it continues that adapter ({@code adapter: {path:
 * stage:X}}), whose base is then its model.
 */
final class StageReader {
    private final Settings own;
    private final @Nullable Settings defaults;
    private final StageReferences earlier;
    private final PipelineFile.MergeType merge;
    private final PipelineReader pipeline;
    private PipelineStage.@Nullable TrainingStage from;
    private PipelineStage.TrainingStage.@Nullable Merging merging;

    StageReader(
            Settings own,
            @Nullable Settings defaults,
            StageReferences earlier,
            PipelineFile.MergeType merge,
            PipelineReader pipeline) {
        this.own = own;
        this.defaults = defaults;
        this.earlier = earlier;
        this.merge = merge;
        this.pipeline = pipeline;
    }

    /** The stage, or nothing and its problems. */
    Optional<PipelineStage> read(PipelineStage.StagePlace place, int round) {
        Optional<PipelineStage> stage =
                own.has("sample") ? sampling(place, round) : own.has("raft") ? documents(place) : training(place);
        stage.ifPresent(found -> pipeline.checkFiles(found.configured(), earlier));
        return stage;
    }

    private PipelineStage.StagePlace from(PipelineStage.StagePlace place) {
        PipelineStage.TrainingStage start = from;
        return new PipelineStage.StagePlace(
                place.name(), place.written(), place.folder(), start == null ? null : start.name(), place.own());
    }

    private Optional<PipelineStage> training(PipelineStage.StagePlace place) {
        if (own.has("output")) {
            pipeline.problem(
                    own.origin("output"),
                    "output is the pipeline's folder and the stage's name (" + place.folder() + "); leave it out");
        }
        Optional<PipelineStage.TrainingStage> continued = trainingAt("adapter.path");
        Settings body = own.without("output");
        Settings common = defaults;
        if (common != null) {
            body = body.over(common.without(own.has("adapter") ? "adapter" : "", continued.isPresent() ? "model" : ""));
        }
        if (continued.isPresent()) {
            body = body.orElse("model", continued.get().product().model());
            from = continued.get();
        }
        Settings complete =
                body.orElse("output", place.folder()).replace((key, text) -> trainingPath(key, text, continued));
        return pipeline.attempt(() -> RunFile.read(complete, own), own).map(run -> {
            continued.ifPresent(stage -> {
                if (!run.value().model().equals(stage.product().model())) {
                    pipeline.problem(
                            own.origin("model"),
                            "model (" + run.value().model() + ") is not what the adapter of " + stage.name()
                                    + " was trained on (" + stage.product().model() + "); leave model out");
                }
            });
            return new PipelineStage.TrainingStage(from(place), run, merging);
        });
    }

    private String trainingPath(String key, String text, Optional<PipelineStage.TrainingStage> continued) {
        if (isReward(key) && StageReferences.isReward(text)) {
            return earlier.reward(text);
        } else if (!StageReferences.isReference(text)) {
            return text;
        }
        if (key.equals("model")) {
            PipelineStage.TrainingStage stage = earlier.training(text);
            if (continued.filter(stage::equals).isPresent()) {
                return stage.product().model().toString();
            }
            from = from == null ? stage : from;
            boolean adapted = stage.product().adapter() != null;
            merging = adapted ? new PipelineStage.TrainingStage.Merging(stage, merge) : null;
            return (adapted ? stage.merged() : stage.product().model()).toString();
        }
        return other(key, text);
    }

    private Optional<PipelineStage> sampling(PipelineStage.StagePlace place, int round) {
        Optional<PipelineStage.TrainingStage> start =
                trainingAt("sample.adapter").or(() -> trainingAt("sample.model"));
        Settings body = own.orElse("sample.seed", 42L + Math.max(0, round - 1));
        if (start.isPresent()) {
            from = start.get();
            body = body.orElse("sample.model", start.get().product().model());
            Path adapter = start.get().product().adapter();
            body = adapter == null ? body : body.orElse("sample.adapter", adapter);
        }
        Settings complete = body.replace((key, text) -> samplingPath(key, text, round));
        return pipeline.attempt(() -> complete.bind(PipelineStage.SamplingStage.Body.class), own)
                .map(sample -> {
                    PipelineStage.SamplingStage stage = new PipelineStage.SamplingStage(from(place), sample);
                    start.ifPresent(found -> checkStart(stage, found));
                    return stage;
                });
    }

    /** A stage that makes rows; tokens are counted as the model counts them that the stage, or the one it stands for, trains. */
    private Optional<PipelineStage> documents(PipelineStage.StagePlace place) {
        if (own.has("raft.output")) {
            pipeline.problem(
                    own.origin("raft.output"),
                    "raft.output is the pipeline's folder and the stage's name (" + place.folder() + "); leave it out");
        }
        Settings body = own.without(PipelineReader.TRAINED)
                .orElse("raft.output", place.folder())
                .replace((key, text) -> StageReferences.isReference(text) ? counting(text) : text);
        Optional<String> model = trainingAt("adapter.path")
                .map(stage -> stage.product().model().toString())
                .or(() ->
                        trainingAt("model").map(stage -> stage.product().model().toString()))
                .or(() -> own.peek("model").filter(text -> !StageReferences.isReference(text)))
                .or(() -> Optional.ofNullable(defaults).flatMap(common -> common.peek("model")));
        if (model.isPresent()) {
            body = body.orElse("raft.model", Path.of(model.get()));
        }
        Settings complete = body;
        return pipeline.attempt(() -> complete.bind(PipelineStage.DocumentStage.Body.class), own)
                .map(raft -> {
                    raft.value()
                            .raft()
                            .questions()
                            .path()
                            .filter(file -> !Files.isRegularFile(file))
                            .ifPresent(file -> pipeline.problem(
                                    own.origin("raft.questions"),
                                    "raft.questions (" + file + "): " + MissingPath.file(file)));
                    return new PipelineStage.DocumentStage(place, raft);
                });
    }

    private String counting(String text) {
        return earlier.training(text).product().model().toString();
    }

    private void checkStart(PipelineStage.SamplingStage stage, PipelineStage.TrainingStage start) {
        ModelPaths left = start.product();
        boolean sameAdapter =
                left.adapter() == null || left.adapter().equals(stage.start().adapter());
        if (!sameAdapter || !left.model().equals(stage.start().model())) {
            pipeline.problem(
                    own.origin("sample"),
                    "sample.model and sample.adapter do not belong together: " + start.name() + " left " + left.model()
                            + (left.adapter() == null ? "" : " with " + left.adapter()) + "; name the stage alone");
        }
    }

    private String samplingPath(String key, String text, int round) {
        if (key.equals("sample.seed") && round > 1 && text.matches("\\d{1,15}")) {
            return String.valueOf(Long.parseLong(text) + round - 1); // each round has a seed of its own
        } else if (key.equals("sample.reward") && StageReferences.isReward(text)) {
            return earlier.reward(text);
        } else if (!StageReferences.isReference(text)) {
            return text;
        }
        return key.equals("sample.model")
                ? earlier.training(text).product().model().toString()
                : other(key, text);
    }

    /** Whether a reward of a run stands under a key: one by its name, one of a list, or one with a weight. */
    private static boolean isReward(String key) {
        return key.matches("rewards(\\[\\d+])?(\\.kind)?");
    }

    private String other(String key, String text) {
        if (key.equals("adapter.path") || key.equals("sample.adapter")) {
            return earlier.adapter(text).toString();
        } else if (key.startsWith("data.") || key.equals("sample.tasks")) {
            return earlier.file(text).toString();
        }
        return earlier.training(text).place().folder().resolve("final").toString();
    }

    /** The stage referred to under a key; nothing where it refers to none, or wrongly, which binding reports. */
    private Optional<PipelineStage.TrainingStage> trainingAt(String key) {
        try {
            return own.peek(key).filter(StageReferences::isReference).map(earlier::training);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
