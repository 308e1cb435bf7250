package dev.hone.reward.manner;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The share of a completion's sentences that are in the wanted language, as its {@link Writing} tells; code, formulas and quotations
 * do not count, and 0 is the score of a completion without any sentence.
 *
 * @param wanted null: the language of the prompt
 */
public record LanguageReward(@Nullable Writing wanted) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        Writing language = wanted == null ? Writing.of(task.messages()) : wanted;
        List<Writing> found = Prose.of(Formulas.leftOut(completion.text())).sentences().stream()
                .filter(sentence -> !Formulas.isOne(sentence))
                .map(Writing::of)
                .flatMap(Optional::stream)
                .toList();
        return found.isEmpty()
                ? 0
                : found.stream().filter(writing -> writing == language).count() / (double) found.size();
    }
}
