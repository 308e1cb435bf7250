package dev.hone.objective;

import static dev.hone.config.Require.require;

import dev.hone.data.Annotation;
import dev.hone.data.Batch;
import dev.hone.model.Scores;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Kahneman-Tversky optimisation (Ethayarajh et al., 2024, equations 8 and 9): learns from single answers that are desirable or
 * not. An answer's worth is its log-ratio to the reference, seen from a reference point z₀: how far the policy has moved from
 * the reference on answers that do not belong to their prompts.
 *
 * <p>Batches hold two rows for each answer: row 2i is the answer, row 2i+1 the same prompt with a foreign answer. z₀ is the mean
 * over the foreign rows of the whole step, at least 0, and a constant to the gradient.
 *
 * @param desirableWeight weight of desirable answers
 * @param undesirableWeight weight of the others
 * @param referencePoint z₀, once it is known
 */
public record Kto(double beta, double desirableWeight, double undesirableWeight, double referencePoint)
        implements Objective {
    public Kto {
        require(beta > 0, "beta (%s) must be positive", beta);
        require(desirableWeight >= 0, "desirable-weight (%s) must not be negative", desirableWeight);
        require(undesirableWeight >= 0, "undesirable-weight (%s) must not be negative", undesirableWeight);
    }

    public Kto(double beta, double desirableWeight, double undesirableWeight) {
        this(beta, desirableWeight, undesirableWeight, 0);
    }

    @Override
    public boolean seesWindow() {
        return true;
    }

    @Override
    public Objective seeing(List<Scores> window, List<Batch> batches) {
        double sum = 0;
        double rows = 0;
        for (int i = 0; i < window.size(); i++) {
            sum += ratios(window.get(i), batches.get(i)).rejected().sum().scalar();
            rows += Sides.pairs(batches.get(i));
        }
        return new Kto(beta, desirableWeight, undesirableWeight, Math.max(0, sum / Math.max(1, rows)));
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, (double) Sides.pairs(batch));
    }

    /** {@code w_D (1 − σ(β(x − z₀)))} of a desirable answer, {@code w_U (1 − σ(β(z₀ − x)))} of another. */
    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        Tensor worth = ratios(policy, batch).chosen().plus(-referencePoint).times(beta);
        float[] desirable = batch.get(Annotation.DESIRABLE);
        int answers = batch.rowCount() / 2;
        float[] sign = new float[answers];
        float[] weight = new float[answers];
        for (int i = 0; i < answers; i++) {
            boolean good = desirable[2 * i] == 1;
            sign[i] = good ? -1 : 1;
            weight[i] = (float) (good ? desirableWeight : undesirableWeight);
        }
        Tensor loss = worth.times(Tensor.of(sign, answers)).sigmoid().times(Tensor.of(weight, answers));
        return Map.of(Term.LOSS, loss.sum());
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        float[] ratios = ratios(policy, batch).chosen().floats();
        float[] logps = Sides.sum(policy.logProbabilities(), batch.targets().weight(), batch)
                .chosen()
                .floats();
        float[] desirable = batch.get(Annotation.DESIRABLE);
        Map<String, Double> measures = new LinkedHashMap<>();
        for (int i = 0; i < ratios.length; i++) {
            boolean good = desirable[2 * i] == 1;
            measures.merge("rewards/accuracy", good == (ratios[i] > referencePoint) ? 1.0 : 0.0, Double::sum);
            measures.merge("logps/answers", (double) logps[i], Double::sum);
            measures.merge("kl", referencePoint, Double::sum);
        }
        return measures;
    }

    private static Sides ratios(Scores policy, Batch batch) {
        Tensor reference =
                Tensor.of(batch.get(Annotation.REFERENCE), batch.targets().count());
        return Sides.sum(
                policy.logProbabilities().minus(reference), batch.targets().weight(), batch);
    }
}
