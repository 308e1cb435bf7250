package dev.hone.recipes.prepare;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import dev.hone.error.CheckpointException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.model.head.TokenHead;
import dev.hone.recipes.method.Preparation;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that distillation trains a student on. Its forward pass over every row comes before the first step; what is kept of it
 * are the last hidden states at the targets, of which its head makes distributions when they are needed.
 */
record Teacher(LoadedModel loaded, int tokensPerBatch, Workers workers, RunObserver observer)
        implements Preparation.TeacherModel {
    /** Opens a run's teacher, which must know the student's tokens. */
    static Teacher open(
            Path folder, @Nullable Path adapter, RunPolicy student, int tokensPerBatch, RunObserver observer) {
        LoadedModel loaded = ModelLoading.open(
                new ModelPaths(folder, adapter), ComputeChoice.of(student.compute()), "auto", observer);
        int own = student.policy().model().config().vocabulary();
        int other = loaded.model().config().vocabulary();
        if (own != other
                || !loaded.tokenizer().fingerprint().equals(student.tokenizer().fingerprint())) {
            throw new CheckpointException(folder + ": reads another vocabulary (" + other
                    + " tokens) than the student (" + own + "), and distributions are compared token by token; name a"
                    + " teacher with the student's own tokenizer.json");
        }
        return new Teacher(loaded, tokensPerBatch, student.policy().workers(), observer);
    }

    @Override
    public TokenHead head() {
        return loaded.model().head();
    }

    @Override
    public float[] logProbabilities(Batch batch) {
        try (Scope scope = Scope.open()) {
            return loaded.model()
                    .score(batch, loaded.adapter())
                    .logProbabilities()
                    .floats();
        }
    }

    @Override
    public Dataset annotate(Dataset rows) {
        LanguageModel model = loaded.model();
        List<float[]> values =
                AnnotationPass.read(rows, tokensPerBatch, workers, "teacher", observer, batch -> hidden(model, batch));
        return new AnnotatedDataset(rows, Annotation.TEACHER, head().width(), values);
    }

    private float[] hidden(LanguageModel model, Batch batch) {
        return Autograd.without(() -> model.hidden(batch, loaded.adapter())
                .select(0, Tensor.of(batch.targets().position()))
                .to(DType.F32)
                .floats());
    }
}
