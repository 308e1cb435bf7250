package dev.hone.recipes.pipeline;

import dev.hone.config.Configured;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.raft.RaftFile;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.ResolvedSettings;
import dev.hone.retrieve.DocumentSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step of a pipeline, with everything it refers to found. Immutable. */
public sealed interface PipelineStage {
    /**
     * A stage's place in the pipeline.
     *
     * @param name its own, also that of its folder
     * @param written its name in the file, which the rounds of a repeated stage share
     * @param folder of its result
     * @param from the stage whose model it starts from; null for one from outside the pipeline
     * @param own the evaluation tasks that the stage itself asks for
     */
    record StagePlace(
            String name,
            String written,
            Path folder,
            @Nullable String from,
            List<EvaluationTask> own) {}

    StagePlace place();

    /** Its settings, as bound. */
    Configured<?> configured();

    /** Its kind: a method's name, {@code sample} or {@code raft}. */
    String kind();

    default String name() {
        return place().name();
    }

    /** Its resolved settings, without their origins: what makes it the same stage. */
    default String configuration() {
        return configurationOf(configured().toYaml());
    }

    /** The same of settings that were resolved into YAML before. */
    default String configurationOf(String yaml) {
        return ResolvedSettings.withoutOrigins(yaml);
    }

    /** Where its resolved settings are kept. */
    Path resolved();

    /** Files and folders it reads, by their keys. */
    default Map<String, Path> inputs() {
        Map<String, Path> inputs = new LinkedHashMap<>(configured().paths());
        inputs.keySet().removeIf(key -> key.equals("output"));
        return inputs;
    }

    /** A stage that starts from a model. */
    sealed interface ModelStage extends PipelineStage {
        /** The model it starts from. */
        ModelPaths start();
    }

    /**
     * A stage that trains.
     *
     * @param merging what has to be merged into one checkpoint before this one starts; null for nothing
     */
    record TrainingStage(
            StagePlace place,
            Configured<RunFile> configured,
            @Nullable Merging merging) implements ModelStage {
        /** A stage's adapter and its base, as weights of a type. */
        record Merging(TrainingStage stage, PipelineFile.MergeType type) {}

        @Override
        public String configurationOf(String yaml) {
            String own = ResolvedSettings.withoutOrigins(yaml);
            return merging == null ? own : own + "\nmerge: " + merging.type();
        }

        RunFile run() {
            return configured.value();
        }

        /** Whether its model is; a reward model generates nothing, and its run reports its calibration. */
        boolean isEvaluated() {
            return run().method().start() != Start.REWARD;
        }

        @Override
        public Path resolved() {
            return place.folder().resolve("run-resolved.yaml");
        }

        @Override
        public String kind() {
            return run().method().label();
        }

        @Override
        public ModelPaths start() {
            Path saved = run().adapter() instanceof AdapterSettings.Saved adapter ? adapter.path() : null;
            return new ModelPaths(run().model(), saved);
        }

        /** The model it trains. */
        ModelPaths product() {
            Path result = place.folder().resolve("final");
            return run().adapter() == null ? new ModelPaths(result, null) : new ModelPaths(run().model(), result);
        }

        /** Where its base and its adapter are merged into one checkpoint, where a later stage needs that. */
        Path merged() {
            return place.folder().resolve("merged");
        }
    }

    /** A stage that samples. */
    record SamplingStage(StagePlace place, Configured<Body> configured) implements ModelStage {
        /** The settings under {@code sample}. */
        record Body(SampleSettings sample) {}

        SampleSettings sample() {
            return configured.value().sample();
        }

        @Override
        public Path resolved() {
            return place.folder().resolve("sample-resolved.yaml");
        }

        @Override
        public String kind() {
            return "sample";
        }

        @Override
        public ModelPaths start() {
            return new ModelPaths(sample().model(), sample().adapter());
        }
    }

    /** A stage that makes rows of documents, for retrieval-augmented fine-tuning. */
    record DocumentStage(StagePlace place, Configured<Body> configured) implements PipelineStage {
        /** Files of rows that later stages train on, and evaluations measure. */
        static final List<String> FILES = List.of("train.jsonl", "plain.jsonl", "held-out.jsonl");

        /** The settings under {@code raft}. */
        record Body(RaftFile raft) {}

        RaftFile raft() {
            return configured.value().raft();
        }

        @Override
        public Path resolved() {
            return place.folder().resolve("raft-resolved.yaml");
        }

        @Override
        public String kind() {
            return "raft";
        }

        /** Every file of its documents, and the file of questions where there is one. */
        @Override
        public Map<String, Path> inputs() {
            Map<String, Path> inputs = new LinkedHashMap<>();
            configured.paths().forEach((key, path) -> {
                if (key.startsWith("raft.documents")) {
                    DocumentSet.filesOf(path)
                            .forEach(file ->
                                    inputs.put(file.equals(path) ? key : key + "/" + path.relativize(file), file));
                } else if (!key.equals("raft.output")) {
                    inputs.put(key, path);
                }
            });
            raft().questions().path().ifPresent(file -> inputs.put("raft.questions", file));
            return inputs;
        }
    }
}
