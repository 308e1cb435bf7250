package dev.hone.objective;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.model.head.TeacherDivergence;
import dev.hone.model.head.TokenHead;
import dev.hone.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * Learning a teacher's whole distribution at every target instead of the token that stands there (Hinton et al., 2015; GKD:
 * Agarwal et al., 2023). Batches know the {@linkplain Annotation#TEACHER teacher's last hidden states}; its head makes
 * distributions of them a few at a time, so [targets, vocabulary] is never held.
 *
 * <p>The loss is {@code Σ wᵢ · Dᵢ / Σ wᵢ} over the targets of a step with the divergence D of {@link TeacherDivergence}. Whose answers
 * the targets are, the data's or the student's own, is the data's to say. Beside it the answers' mean token loss is measured as
 * {@code nll}.
 *
 * @param teacher the teacher's head, over the student's vocabulary
 */
public record Distillation(DivergenceSettings settings, TokenHead teacher) implements Objective {
    /**
     * Which divergence.
     *
     * @param beta 0: KL(teacher‖student), which covers all that the teacher would say; 1: KL(student‖teacher), which avoids
     *     what it would not; between them a Jensen-Shannon divergence
     * @param temperature divides the logits of both; above 1, unlikely tokens say more
     */
    public record DivergenceSettings(
            @Default("0.5") double beta, @Default("1.0") double temperature) {
        public DivergenceSettings {
            require(beta >= 0 && beta <= 1, "beta (%s) must be between 0 and 1", beta);
            TeacherDivergence.requireTemperature(temperature);
        }
    }

    public Distillation(double beta, double temperature, TokenHead teacher) {
        this(new DivergenceSettings(beta, temperature), teacher);
    }

    @Override
    public Set<Statistic> reads() {
        return Set.of(Statistic.LOG_PROBABILITY, Statistic.DIVERGENCE);
    }

    @Override
    public TeacherDivergence comparison(Batch batch) {
        return new TeacherDivergence(teacher, batch.get(Annotation.TEACHER), settings.beta(), settings.temperature());
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, batch.targets().totalWeight());
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return Map.of(
                Term.LOSS,
                policy.get(Statistic.DIVERGENCE).times(policy.weights()).sum());
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return Map.of(
                "nll",
                policy.logProbabilities().times(policy.weights()).sum().negate().scalar());
    }

    @Override
    public boolean isLinear() {
        return true;
    }
}
