package dev.hone.rollout.batch;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every completion is a row, and each of its tokens has the advantage of the whole: GRPO, RLOO and their kin.
 *
 * @param estimator gives the advantage of each rollout
 * @param masksCut whether completions that were cut off teach nothing: they keep their place in what the group is compared with, and
 *     count as rows without tokens
 * @param leavesOutEven whether groups in which all have one reward are left out, as their advantages are zero
 */
public record AdvantageCredit(Estimator estimator, boolean masksCut, boolean leavesOutEven) implements Credit {
    /** Compares the rollouts of an update. */
    @FunctionalInterface
    public interface Estimator {
        /** The advantage of each rollout of each group; 0 for those that were not judged. */
        List<double[]> advantages(List<RolloutGroup> groups);
    }

    @Override
    public CreditedRows of(List<RolloutGroup> groups) {
        List<double[]> advantages = estimator.advantages(groups);
        List<Example> rows = new ArrayList<>();
        List<float[]> sampled = new ArrayList<>();
        List<float[]> perToken = new ArrayList<>();
        List<int[]> units = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            RolloutGroup group = groups.get(g);
            if (leavesOutEven && group.isEven()) {
                continue;
            }
            int first = rows.size();
            for (int i = 0; i < group.size(); i++) {
                Rollout rollout = group.rollouts().get(i);
                boolean learns = rollout.score().isJudged() && !(masksCut && rollout.isCut());
                rows.add(learns ? rollout.example(rows.size()) : rollout.emptyExample(rows.size()));
                sampled.add(learns ? rollout.atSampled(rollout.logProbabilities()) : new float[0]);
                float[] each = new float[learns ? rollout.sampledTokens() : 0];
                Arrays.fill(each, (float) advantages.get(g)[i]);
                perToken.add(each);
            }
            units.add(IntStream.range(first, rows.size()).toArray());
        }
        Dataset dataset = new AnnotatedDataset(
                new AnnotatedDataset(Dataset.of(rows), Annotation.SAMPLED, sampled), Annotation.ADVANTAGE, perToken);
        boolean learnsNothing = perToken.stream().allMatch(row -> row.length == 0);
        return new CreditedRows(dataset, learnsNothing ? List.of() : units, Map.of());
    }
}
