package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.ScoreGradients;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.objective.Objective;
import dev.hone.objective.Term;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loss of a step, to which its micro-batches add one by one: each sum of the objective, divided by the total weight of its
 * term over all of them. Immutable.
 *
 * @param totals what each term is divided by
 * @param measured what the objective's other measures are divided by
 */
record StepLoss(Objective objective, Map<Term, Double> totals, double measured) {
    /** The loss of all batches of a step. */
    static StepLoss of(Objective objective, List<Batch> batches) {
        Map<Term, Double> totals = new EnumMap<>(Term.class);
        double measured = 0;
        for (Batch batch : batches) {
            Objective own = objective.of(batch);
            own.weights(batch).forEach((term, weight) -> totals.merge(term, weight, Double::sum));
            measured += own.measured(batch);
        }
        return new StepLoss(objective, totals, measured);
    }

    /** The part of it that a batch adds. */
    StepLoss of(Batch batch) {
        return new StepLoss(objective.of(batch), totals, measured);
    }

    /** Whether no row of the step has a target. */
    boolean isEmpty() {
        return totals.values().stream().noneMatch(weight -> weight > 0);
    }

    /** The statistics it needs of a batch's targets. */
    RequestedStatistics statistics(Batch batch) {
        return new RequestedStatistics(objective.reads(), objective.comparison(batch));
    }

    /** The batch's part of the loss and of the objective's other measures. */
    Metrics measured(Scores scores, Batch batch) {
        double loss = 0;
        Map<String, Double> measures = new LinkedHashMap<>();
        for (Map.Entry<Term, Tensor> sum : new TreeMap<>(objective.sums(scores, batch)).entrySet()) {
            double part = sum.getValue().scalar() / totals.getOrDefault(sum.getKey(), 1.0);
            loss += part;
            if (totals.size() > 1) {
                measures.put(sum.getKey().label(), part);
            }
        }
        double total = measured > 0 ? measured : 1;
        objective.measures(scores, batch).forEach((name, sum) -> measures.put(name, sum / total));
        Map<String, Double> largest = objective.largest(scores, batch);
        measures.putAll(largest);
        return new Metrics(loss, measures, largest.keySet());
    }

    /** Its derivatives with respect to the statistics of a batch's targets. */
    ScoreGradients scoreGradients(Batch batch) {
        return new ScoreGradients() {
            @Override
            public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
                return gradients(scores, batch);
            }

            @Override
            public boolean areConstant() {
                return objective.isLinear();
            }

            @Override
            public boolean areLocal() {
                return objective.isSeparable();
            }
        };
    }

    private Map<Statistic, Tensor> gradients(Map<Statistic, Tensor> scores, Batch batch) {
        Map<Statistic, Tensor> leaves = new EnumMap<>(Statistic.class);
        scores.forEach((statistic, values) -> {
            Tensor leaf = values.detach();
            leaves.put(statistic, statistic.hasGradient() ? leaf.trainable() : leaf);
        });
        Tensor loss = Tensor.zeros(DType.F32);
        for (Map.Entry<Term, Tensor> sum :
                objective.sums(new Scores(leaves, batch.targets()), batch).entrySet()) {
            double total = totals.getOrDefault(sum.getKey(), 0.0);
            if (total > 0) {
                loss = loss.plus(sum.getValue().times(1 / total));
            }
        }
        loss.backward();
        Map<Statistic, Tensor> gradients = new EnumMap<>(Statistic.class);
        leaves.forEach((statistic, leaf) -> {
            if (leaf.hasGradient()) {
                gradients.put(statistic, leaf.gradient());
            }
        });
        return gradients;
    }
}
