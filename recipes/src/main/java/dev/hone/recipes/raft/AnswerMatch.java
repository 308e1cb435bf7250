package dev.hone.recipes.raft;

import dev.hone.reward.ShortAnswer;
import java.util.List;

/**
 * How well an answer matches right ones, as {@link ShortAnswer} compares them: the best of them counts.
 *
 * @param exact whether it is a right answer
 * @param f1 the harmonic mean of precision and recall of its words or characters, 0 to 1
 */
public record AnswerMatch(boolean exact, double f1) {
    /** The best match of an answer among the right ones. */
    public static AnswerMatch of(String answer, List<String> right) {
        AnswerMatch best = new AnswerMatch(false, 0);
        for (String one : right) {
            ShortAnswer given = ShortAnswer.of(answer, one);
            ShortAnswer wanted = ShortAnswer.of(one, one);
            best = new AnswerMatch(
                    best.exact || given.text().equals(wanted.text()), Math.max(best.f1, given.f1(wanted)));
        }
        return best;
    }
}
