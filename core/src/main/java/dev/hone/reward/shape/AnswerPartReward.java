package dev.hone.reward.shape;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Another reward's score of the answer alone; 0 where the completion never comes to it.
 *
 * @param reward reads the part as the completion's text, with the tokens of the whole; closed with this one
 */
public record AnswerPartReward(AnswerPart part, Reward reward) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        return scores(task, List.of(completion)).get(0);
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        List<Optional<String>> found = completions.stream()
                .map(completion -> part.of(completion.text()))
                .toList();
        List<Completion> answers = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            Completion whole = completions.get(i);
            found.get(i).ifPresent(text -> answers.add(whole.withText(text)));
        }
        List<Double> scores = answers.isEmpty() ? List.of() : reward.scores(task, answers);
        if (scores.size() != answers.size()) {
            return scores; // a wrong count stays one
        }
        Iterator<Double> next = scores.iterator();
        return found.stream()
                .map(answer -> answer.isPresent() ? next.next() : Double.valueOf(0))
                .toList();
    }

    /** That of the answer alone. */
    @Override
    public String vote(Completion completion) {
        return part.of(completion.text())
                .map(text -> reward.vote(completion.withText(text)))
                .orElse("");
    }

    @Override
    public void close() {
        reward.close();
    }
}
