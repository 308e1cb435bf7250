package dev.hone.reward;

import dev.hone.evaluate.RewardModel;
import dev.hone.generate.Completion;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The score of a reward model: the completion is the reply to the task's conversation.
 *
 * @param model closed with this reward
 */
public record RewardModelReward(RewardModel model) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return scores(task, List.of(completion)).get(0);
    }

    /** All in as few passes as memory allows. */
    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        float[] scores = model.score(
                task.messages(), completions.stream().map(Completion::text).toList());
        return IntStream.range(0, scores.length)
                .mapToObj(i -> (double) scores[i])
                .toList();
    }

    @Override
    public void close() {
        model.close();
    }
}
