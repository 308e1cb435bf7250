package dev.hone.reward;

import dev.hone.generate.Completion;
import java.util.List;
import java.util.Locale;

/**
 * Scores completions of tasks. A score depends on the task and the completion alone: asked again it is the same, and together with
 * others it is what it is alone, as far as arithmetic allows. For use by one thread.
 */
public interface Reward extends AutoCloseable {
    /**
     * The score of a completion; 1 is right and 0 is wrong where nothing lies between. Most rewards read its text; its tokens,
     * their log-probabilities and why it ended are there for those that need them.
     *
     * @throws IllegalArgumentException if the task lacks what the reward needs
     */
    double score(Task task, Completion completion);

    /** The scores of several completions of one task, in their order: for rewards that are faster with many at once. */
    default List<Double> scores(Task task, List<Completion> completions) {
        return completions.stream().map(completion -> score(task, completion)).toList();
    }

    /** What a completion votes for where the most frequent answer is taken: its text, whatever its case, white space and last full stop. */
    default String vote(Completion completion) {
        String words = String.join(" ", completion.text().strip().split("\\s+")).toLowerCase(Locale.ROOT);
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    @Override
    default void close() {}
}
