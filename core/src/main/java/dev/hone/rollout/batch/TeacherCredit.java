package dev.hone.rollout.batch;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import dev.hone.rollout.Advantage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A teacher judges every token that the policy sampled: the advantage of a token is {@code ln p_teacher − ln μ} (on-policy distillation:
 * Agarwal et al., 2024). The teacher's log-probabilities are the rollouts' reference; no reward is needed.
 */
public record TeacherCredit() implements Credit {
    @Override
    public CreditedRows of(List<RolloutGroup> groups) {
        List<Example> rows = new ArrayList<>();
        List<float[]> sampled = new ArrayList<>();
        List<float[]> advantages = new ArrayList<>();
        List<int[]> units = new ArrayList<>();
        double distance = 0;
        for (RolloutGroup group : groups) {
            int first = rows.size();
            for (Rollout rollout : group.rollouts()) {
                float[] own = rollout.atSampled(rollout.logProbabilities());
                float[] towards = Advantage.towards(rollout.referenceAtSampled(), own);
                rows.add(rollout.example(rows.size()));
                sampled.add(own);
                advantages.add(towards);
                for (float advantage : towards) {
                    distance -= advantage;
                }
            }
            units.add(IntStream.range(first, rows.size()).toArray());
        }
        Dataset dataset = new AnnotatedDataset(
                new AnnotatedDataset(Dataset.of(rows), Annotation.SAMPLED, sampled), Annotation.ADVANTAGE, advantages);
        int tokens = sampled.stream().mapToInt(row -> row.length).sum();
        return new CreditedRows(dataset, units, Map.of("teacher-kl", distance / Math.max(1, tokens)));
    }
}
