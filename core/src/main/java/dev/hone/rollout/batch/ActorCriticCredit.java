package dev.hone.rollout.batch;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import dev.hone.rollout.Gae;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A critic says what was to be expected at each token: PPO. Rollouts have the critic's values, and the reference's log-probabilities
 * where the distance to it costs anything; the score stands at the last token. Completions that were not judged teach nothing.
 *
 * @param estimation of advantages and returns, over all rollouts of an update
 */
public record ActorCriticCredit(Gae estimation) implements Credit {
    @Override
    public CreditedRows of(List<RolloutGroup> groups) {
        List<Gae.Trajectory> trajectories = groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .filter(rollout -> rollout.score().isJudged())
                .map(this::trajectory)
                .toList();
        Iterator<Gae.Estimate> estimates = estimation.of(trajectories).iterator();
        Columns columns = new Columns();
        List<int[]> units = new ArrayList<>();
        double distance = 0;
        for (RolloutGroup group : groups) {
            int first = columns.rows.size();
            for (Rollout rollout : group.rollouts()) {
                if (rollout.score().isJudged()) {
                    Gae.Estimate estimate = estimates.next();
                    columns.add(rollout, estimate);
                    distance += estimate.divergence();
                }
            }
            if (columns.rows.size() > first) {
                units.add(IntStream.range(first, columns.rows.size()).toArray());
            }
        }
        double rows = Math.max(1, trajectories.size());
        double values = columns.values.stream()
                .mapToDouble(ActorCriticCredit::mean)
                .average()
                .orElse(0);
        Map<String, Double> measures = estimation.beta() == 0 // then no reference is asked
                ? Map.of("value", values)
                : Map.of("kl/reference", distance / rows, "value", values);
        return new CreditedRows(columns.dataset(), units, measures);
    }

    private Gae.Trajectory trajectory(Rollout rollout) {
        float[] own = rollout.atSampled(rollout.logProbabilities());
        return new Gae.Trajectory(
                own,
                estimation.beta() == 0 ? own : rollout.referenceAtSampled(),
                rollout.valuesAtSampled(),
                rollout.score().reward(),
                !rollout.isCut());
    }

    private static double mean(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum / Math.max(1, numbers.length);
    }

    /** What is known of each row's targets. */
    private static final class Columns {
        private final List<Example> rows = new ArrayList<>();
        private final List<float[]> sampled = new ArrayList<>();
        private final List<float[]> advantages = new ArrayList<>();
        private final List<float[]> values = new ArrayList<>();
        private final List<float[]> returns = new ArrayList<>();

        void add(Rollout rollout, Gae.Estimate estimate) {
            rows.add(rollout.example(rows.size()));
            sampled.add(rollout.atSampled(rollout.logProbabilities()));
            advantages.add(estimate.advantages());
            values.add(rollout.valuesAtSampled());
            returns.add(estimate.returns());
        }

        Dataset dataset() {
            Dataset all = new AnnotatedDataset(Dataset.of(rows), Annotation.SAMPLED, sampled);
            all = new AnnotatedDataset(all, Annotation.ADVANTAGE, advantages);
            all = new AnnotatedDataset(all, Annotation.VALUE, values);
            return new AnnotatedDataset(all, Annotation.RETURN, returns);
        }
    }
}
