package dev.hone.reward;

import dev.hone.generate.Completion;

/**
 * Exact match (EM) of an answer of a few words, after SQuAD's normalisation, or KorQuAD's where the right answer is Korean; see {@link
 * ShortAnswer}. Any of several right answers will do.
 *
 * @param column where the answer stands, or a list of them
 */
public record ExactMatchReward(String column) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return task.texts(column).stream()
                        .anyMatch(answer -> ShortAnswer.of(completion.text(), answer)
                                .text()
                                .equals(ShortAnswer.of(answer, answer).text()))
                ? 1
                : 0;
    }
}
