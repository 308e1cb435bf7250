package dev.hone.recipes.method;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.row.TrainOn;
import dev.hone.files.HubCache;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.Distillation;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.TokenData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Distillation: at every token of a reply a teacher's whole distribution is the target; see {@link Distillation}. Off-policy where
 * the replies are the data's, on-policy where they were sampled from the student. The divergence is a loss beside which
 * replayed tokens are a term of their own.
 *
 * @param teacher folder of a checkpoint with the student's vocabulary
 * @param teacherAdapter an adapter on it
 * @param learn which tokens of a row are trained
 */
@Kind("distill")
public record DistillSettings(
        Path teacher,
        @Nullable Path teacherAdapter,
        @Flattened Distillation.DivergenceSettings divergence,
        @Default("replies") TrainOn learn)
        implements Method {
    public DistillSettings {
        teacher = HubCache.resolve(teacher);
        teacherAdapter = teacherAdapter == null ? null : HubCache.resolve(teacherAdapter);
    }

    @Override
    public DataKind data() {
        return TokenData.conversations(learn);
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        Preparation.TeacherModel opened = run.teacher(teacher, teacherAdapter);
        return Prepared.of(
                new Distillation(divergence, opened.head()), rows.map((name, part) -> opened.annotate(part)));
    }

    @Override
    public long frozenBytes(ModelConfig policy, DType compute, @Nullable AdapterSettings adapter) {
        return Checkpoint.configOf(teacher).parameterCount() * compute.bytes();
    }

    /** The teacher's hidden states at the trained tokens, in float32. */
    @Override
    public long annotationBytes(Dataset rows) {
        long targets = 0;
        for (int row = 0; row < rows.count(); row++) {
            targets += rows.trainedTokens(row);
        }
        return 4L * targets * Checkpoint.configOf(teacher).hidden();
    }

    @Override
    public boolean readsRowsFirst() {
        return true;
    }

    @Override
    public int frozenPasses() {
        return 1;
    }

    @Override
    public Optional<String> untimed() {
        return Optional.of("the time of distillation is not estimated: its teacher would have to read every row first");
    }
}
