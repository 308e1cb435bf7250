package dev.hone.recipes.method;
import dev.hone.config.Flattened;


import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.data.row.TrainOn;
import dev.hone.model.head.TokenHead;
import dev.hone.objective.Distillation;
import dev.hone.objective.Objective;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Distillation: at every token of a reply a teacher's whole distribution is learned; see {@link Distillation}. Off-policy where
 * the replies are the data's, on-policy where they were sampled from the student.
 *
 * @param teacher folder of a checkpoint with the student's vocabulary
 * @param teacherAdapter an adapter on it
 */
@Kind("distill")
public record DistillSettings(
        Path teacher,
        @Nullable Path teacherAdapter,
        @Flattened Distillation.Settings divergence,
        @Default("replies") TrainOn learn)
        implements Method {
    @Override
    public Rows rows() {
        return Rows.CONVERSATIONS;
    }

    @Override
    public boolean predictsTokens() {
        return false; // its loss is a divergence, beside which replayed tokens are a term of their own
    }

    @Override
    public Objective objective() {
        throw new IllegalStateException("what is learned by distillation follows from the teacher");
    }

    /** What it makes the model learn from a teacher that ends in {@code head}. */
    public Distillation objective(TokenHead head) {
        return new Distillation(divergence, head);
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }
}
