package dev.hone.recipes.pipeline;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.scorecard.Scorecard;
import dev.hone.tensor.ComputeType;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as its YAML file describes it; valid once it exists, every stage of it.
 *
 * @param output folder that will hold a folder for each stage
 * @param stages in the order they run
 * @param general evaluation tasks of the pipeline itself, beside those of its stages
 * @param compute type of the products when models are evaluated
 * @param written the file's text
 */
public record PipelineFile(
        Path output, List<PipelineStage> stages, List<EvaluationTask> general, ComputeType compute, String written) {
    /** The types a merged checkpoint can have. */
    public enum MergeType {
        /** That of the base. */
        AUTO,
        FP32,
        BF16,
        FP16;

        DType type(DType base) {
            return switch (this) {
                case AUTO -> base;
                case FP32 -> DType.F32;
                case BF16 -> DType.BF16;
                case FP16 -> DType.F16;
            };
        }
    }

    public PipelineFile {
        stages = List.copyOf(stages);
        general = List.copyOf(general);
    }

    /** The top of the file. */
    record Frame(
            Path output,
            List<Settings> stages,
            @Nullable Settings defaults,
            EvaluationTask.@Nullable Group evaluate,
            @Default("auto") ComputeType compute,
            @Default("auto") MergeType merge) {
        Frame {
            if (stages.isEmpty()) {
                throw new IllegalArgumentException("stages has none; name at least one");
            }
        }
    }

    /**
     * Reads a file strictly.
     *
     * @throws ConfigurationException with every problem of every stage
     */
    public static PipelineFile read(Settings settings) {
        return new PipelineReader(settings).read();
    }

    /**
     * The place of a stage; of one that is repeated, its first round.
     *
     * @throws ConfigurationException naming the stages where there is none of this name
     */
    int indexOf(String name) {
        for (int i = 0; i < stages.size(); i++) {
            PipelineStage.StagePlace place = stages.get(i).place();
            if (place.name().equals(name) || place.written().equals(name)) {
                return i;
            }
        }
        throw new ConfigurationException("no stage is called " + name + "; there are "
                + stages.stream().map(PipelineStage::name).collect(Collectors.joining(", ")));
    }

    /** The model that the first stage with one starts from; none where that trains from scratch. */
    Optional<ModelPaths> base() {
        return stages.stream()
                .filter(PipelineStage.ModelStage.class::isInstance)
                .findFirst()
                .filter(stage -> !(stage instanceof PipelineStage.TrainingStage training)
                        || training.run().method().start() != Start.BLANK)
                .map(stage -> ((PipelineStage.ModelStage) stage).start());
    }

    /** The row of the scores that a stage's model is compared with: what it started from. */
    @Nullable
    String rowBefore(PipelineStage.TrainingStage stage) {
        String from = stage.place().from();
        boolean fromBase = base().filter(stage.start()::equals).isPresent();
        return from != null ? from : fromBase ? Scorecard.BASE : null;
    }

    /** All evaluation tasks, each once: the stages' own first, in their order. */
    List<EvaluationTask> evaluations() {
        Map<String, EvaluationTask> tasks = new LinkedHashMap<>();
        stages.forEach(stage -> stage.place().own().forEach(own -> tasks.putIfAbsent(own.title(), own)));
        general.forEach(one -> tasks.putIfAbsent(one.title(), one));
        return List.copyOf(tasks.values());
    }
}
