package dev.hone.reward;

import dev.hone.generate.Completion;

/**
 * F1 of an answer of a few words: of its words as SQuAD counts them, or of its characters as KorQuAD does where the right answer is
 * Korean; see {@link ShortAnswer}. Of several right answers the best counts.
 *
 * @param column where the answer stands, or a list of them
 */
public record F1Reward(String column) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return task.texts(column).stream()
                .mapToDouble(answer -> ShortAnswer.of(completion.text(), answer).f1(ShortAnswer.of(answer, answer)))
                .max()
                .orElse(0);
    }
}
