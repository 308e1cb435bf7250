package dev.hone.rollout;

import dev.hone.evaluate.RewardModel;
import java.util.List;
import java.util.stream.IntStream;

/** Judgement by a model that has learned from preferences: the completion is the reply to the task's conversation. */
public record RewardModelReward(RewardModel judge) implements Reward {
    @Override
    public double score(Task task, String completion) {
        return scores(task, List.of(completion)).get(0);
    }

    /** All in as few passes as memory allows. */
    @Override
    public List<Double> scores(Task task, List<String> completions) {
        float[] scores = judge.score(task.messages(), completions);
        return IntStream.range(0, scores.length)
                .mapToObj(i -> (double) scores[i])
                .toList();
    }
}
