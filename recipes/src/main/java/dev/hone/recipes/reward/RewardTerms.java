package dev.hone.recipes.reward;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.reward.Reward;
import dev.hone.reward.WeightedRewards;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What completions are judged by: {@code rewards: exact}, or a list {@code rewards: [{kind: maths}, {kind: format, weight: 0.2}]}.
 * Stands flattened among the settings that need it.
 *
 * @param rewards empty where nothing is judged; names differ, and one has a weight other than 0
 */
public record RewardTerms(@Default("[]") List<RewardTerm> rewards) {
    public RewardTerms {
        rewards = List.copyOf(rewards);
        Set<String> titles = new HashSet<>();
        for (RewardTerm term : rewards) {
            require(
                    titles.add(term.title()),
                    "rewards name %s twice; give one of them another name, as in {kind: %s, name: %s-2}",
                    term.title(),
                    term.kind().name(),
                    term.title());
        }
        require(
                rewards.isEmpty() || rewards.stream().anyMatch(term -> term.weight() != 0),
                "rewards all have the weight 0, so that there is nothing to learn from; give one a weight");
    }

    /** One reward as an option names it. */
    public static RewardTerms of(String kind, String answer) {
        return new RewardTerms(List.of(new RewardTerm(RewardChoice.of(kind), 1, answer, null)));
    }

    public boolean isEmpty() {
        return rewards.isEmpty();
    }

    /** The titles of those that are measured and not trained on. */
    public Set<String> watched() {
        return rewards.stream()
                .filter(term -> term.weight() == 0)
                .map(RewardTerm::title)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The rewards, ready to score: commands are started, models loaded.
     *
     * @param opening what the model's template has written of each completion; see {@code OpenedReward}
     */
    public WeightedRewards open(String opening) {
        List<WeightedRewards.Weighted> opened = new ArrayList<>();
        try {
            for (RewardTerm term : rewards) {
                Reward reward = term.kind().open(term.answer(), opening);
                opened.add(new WeightedRewards.Weighted(term.title(), term.weight(), reward));
            }
            return new WeightedRewards(opened);
        } catch (RuntimeException e) {
            opened.forEach(each -> each.reward().close());
            throw e;
        }
    }
}
