package dev.hone.recipes.prepare;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.Statistic;
import dev.hone.recipes.method.Prepared;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.reward.Task;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.Rollout;
import dev.hone.rollout.batch.RolloutGroup;
import dev.hone.tensor.Scope;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What other models say of rollouts before these are learned from: a reference's or a teacher's log-probabilities, and the values of the
 * policy's own critic. They become part of the rollouts, so that a file of these says all that was learned from.
 */
record RolloutScoring(RunFile file, RunPolicy policy, Prepared.Sampled sampled, BooleanSupplier stop) {
    private static final RequestedStatistics VALUES =
            new RequestedStatistics(Set.of(Statistic.LOG_PROBABILITY, Statistic.VALUE), null);

    /**
     * The same rollouts with what the method asks for; the same list where it asks for nothing.
     *
     * @param prompts one for each group
     */
    List<RolloutGroup> of(List<Prompt> prompts, List<RolloutGroup> groups) {
        List<RolloutGroup> scored = groups;
        Function<Batch, float[]> reference = sampled.reference();
        if (reference != null) {
            List<Example> rows = sampled.showsAnswers() ? shown(prompts, scored) : examples(scored);
            scored = with(scored, read(rows, reference), Rollout::withReference);
        }
        if (sampled.hasCritic()) {
            scored = with(scored, read(examples(scored), this::values), Rollout::withValues);
        }
        return scored;
    }

    private float[] values(Batch batch) {
        try (Scope scope = Scope.open()) {
            return policy.policy().score(batch, VALUES).get(Statistic.VALUE).floats();
        }
    }

    private static List<Example> examples(List<RolloutGroup> groups) {
        List<Example> rows = new ArrayList<>();
        groups.forEach(group -> group.rollouts().forEach(rollout -> rows.add(rollout.example(rows.size()))));
        return rows;
    }

    /** The completions behind prompts that show the answer. */
    private List<Example> shown(List<Prompt> prompts, List<RolloutGroup> groups) {
        List<Example> rows = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            int[] prompt = shown(policy, prompts.get(g).task());
            for (Rollout rollout : groups.get(g).rollouts()) {
                int length = rollout.completion().length;
                int[] tokens = Arrays.copyOf(prompt, prompt.length + length);
                float[] weights = new float[tokens.length];
                System.arraycopy(rollout.completion(), 0, tokens, prompt.length, length);
                System.arraycopy(rollout.sampled(), 0, weights, prompt.length, length);
                rows.add(new Example(rows.size(), tokens, weights));
            }
        }
        return rows;
    }

    /** The prompt of a task, with its answer in it; {@link IllegalArgumentException} where it has none. */
    static int[] shown(RunPolicy policy, Task task) {
        List<Message> messages = new ArrayList<>(task.messages());
        Message last = messages.remove(messages.size() - 1);
        messages.add(Message.of(
                last.role(),
                last.content() + "\n\nThis is a good answer:\n" + task.text("answer")
                        + "\n\nAnswer in your own words."));
        String text = policy.template().text(messages, task.tools(), ChatTemplate.Options.prompt());
        return policy.tokenizer().ids(text, Specials.NONE);
    }

    private List<float[]> read(List<Example> rows, Function<Batch, float[]> model) {
        return AnnotationPass.read(
                Dataset.of(rows),
                file.training().batch().tokensPerBatch(),
                policy.policy().workers(),
                "scoring",
                RunObserver.silent(stop),
                model);
    }

    private interface Addition {
        Rollout to(Rollout rollout, float[] numbers);
    }

    private static List<RolloutGroup> with(List<RolloutGroup> groups, List<float[]> numbers, Addition addition) {
        List<RolloutGroup> scored = new ArrayList<>();
        int row = 0;
        for (RolloutGroup group : groups) {
            List<Rollout> rollouts = new ArrayList<>();
            for (Rollout rollout : group.rollouts()) {
                rollouts.add(addition.to(rollout, rollout.spread(numbers.get(row++))));
            }
            scored.add(group.with(rollouts));
        }
        return scored;
    }
}
