package dev.hone.reward.shape;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reward that reads a completion with what its template has already written for it, such as {@code <think>} and a line break: a
 * form that the prompt begins cannot be seen in the completion alone.
 *
 * @param reward closed with this one
 * @param opening what stands before the completion
 */
public record OpenedReward(Reward reward, String opening) implements Reward {
    private static final String THINK = ReasoningFormat.OPEN + "\n";

    /** What a template opens at the end of a prompt: {@code <think>} and a line break, or nothing. */
    public static String openingOf(@Nullable ChatTemplate template) {
        return template != null
                        && template.text(List.of(Message.user("?")), List.of(), ChatTemplate.Options.prompt())
                                .endsWith(THINK)
                ? THINK
                : "";
    }

    @Override
    public double score(Task task, Completion completion) {
        return reward.score(task, opened(completion));
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        return reward.scores(task, completions.stream().map(this::opened).toList());
    }

    @Override
    public String vote(Completion completion) {
        return reward.vote(opened(completion));
    }

    private Completion opened(Completion completion) {
        return completion.withText(opening + completion.text());
    }

    @Override
    public void close() {
        reward.close();
    }
}
