package dev.hone.reward.maths;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Right is where the final answer of a completion says what the right one does, whatever its form: 1/2, 0.5 and {@code \frac{1}{2}} are the
 * same. But a term that the prompt asks to work out is no answer to it, as in "Compute 99² + 99 + 1". The column may hold the answer alone, or a solution with it behind {@code ####} (GSM8K) or in {@code \boxed{}} (MATH). An answer
 * that cannot be read, or of which the thinking has not ended, is wrong. A right answer that cannot be read is no fault of the model: what
 * is not written like it has no score (not a number), and {@link #unjudged} counts why.
 */
public final class MathsReward implements Reward {
    /** Shorter completions may be in the prompt by chance. */
    private static final int REPEATED = 20;

    private final String column;
    private final Map<String, Long> unjudged = new TreeMap<>();
    private @Nullable String lastText;
    private @Nullable MathsAnswer lastAnswer;

    /** @param column where the right answer stands */
    public MathsReward(String column) {
        this.column = column;
    }

    @Override
    public double score(Task task, Completion completion) {
        MathsAnswer right = right(task.text(column));
        String text = completion.text().strip();
        Optional<MathsAnswer> answer = MathsAnswer.ofCompletion(text);
        if (answer.isPresent() && right.isSaidBy(answer.get())) {
            return restates(task, text, right, answer.get()) ? 0 : 1;
        }
        Optional<String> problem = right.problem();
        if (problem.isPresent()) {
            unjudged.merge(problem.get(), 1L, Long::sum);
            return Double.NaN;
        }
        return 0;
    }

    /** The value of its final answer, in whatever form. */
    @Override
    public String vote(Completion completion) {
        return MathsAnswer.ofCompletion(completion.text().strip())
                .map(MathsAnswer::key)
                .orElse("");
    }

    /** Whether the prompt was repeated, or the answer is a term of the prompt that is still to be worked out. */
    private static boolean restates(Task task, String completion, MathsAnswer right, MathsAnswer answer) {
        if (task.messages().isEmpty()) {
            return false;
        }
        String prompt = task.messages().get(task.messages().size() - 1).content();
        return completion.length() >= REPEATED
                        && completion.length() > 2 * answer.text().length()
                        && prompt.contains(completion)
                || answer.isTermOf(prompt) && !answer.isWrittenAs(right);
    }

    /** Read once for all completions of a task. */
    private MathsAnswer right(String text) {
        MathsAnswer right = lastAnswer;
        if (right == null || !text.equals(lastText)) {
            right = MathsAnswer.ofReference(text);
            lastText = text;
            lastAnswer = right;
        }
        return right;
    }

    /** How many completions had no score, by what is the matter with the right answer ("it has \sum, which is not read"). */
    public Map<String, Long> unjudged() {
        return Map.copyOf(unjudged);
    }
}
