package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;

import dev.hone.random.Draw;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.Rollouts.RolloutSource;
import dev.hone.rollout.batch.Rollouts.Sampled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Further prompts in the place of those whose completions all have one reward, which teach nothing (DAPO's dynamic sampling: Yu et al.,
 * 2025): round after round, until every group differs or the rounds are used up.
 *
 * <p>Which prompt takes a group's place depends on the seed, the cycle, the round and that place alone: on nothing that was sampled
 * before, so that a resumed run asks the same ones.
 *
 * @param rounds at most; 0: none
 * @param prompts of which the further ones are drawn
 */
public record Resampling(int rounds, List<Prompt> prompts) {
    public Resampling {
        require(rounds >= 0, "rounds (%d) must not be negative", rounds);
        prompts = List.copyOf(prompts);
        require(rounds == 0 || !prompts.isEmpty(), "there are no prompts to draw further ones of");
    }

    /** Groups stay as they are. */
    public static Resampling none() {
        return new Resampling(0, List.of());
    }

    /**
     * The rollouts of a cycle.
     *
     * @param seed of the run
     * @param version updates that the policy has been given
     */
    Sampled of(RolloutSource source, List<Prompt> asked, long seed, long cycle, long version) {
        Draw draw = Draw.of(seed, "rollouts");
        Sampled first = source.sample(asked, draw.bits(cycle), version);
        if (rounds == 0) {
            return first;
        }
        List<RolloutGroup> groups = new ArrayList<>(first.groups());
        Map<String, Double> measures = new LinkedHashMap<>(first.measures());
        reward(groups).ifPresent(mean -> measures.put("reward-before-resampling", mean));
        List<Prompt> others = others(asked, seed, cycle);
        int resampled = 0;
        List<Integer> even = even(groups);
        for (int round = 1; round <= rounds && !even.isEmpty(); round++) {
            int before = (round - 1) * asked.size();
            List<Prompt> further = even.stream()
                    .map(place -> others.get((before + place) % others.size()))
                    .toList();
            Sampled made = source.sample(further, draw.at(cycle).bits(round), version);
            for (int i = 0; i < even.size(); i++) {
                RolloutGroup group = made.groups().get(i);
                groups.set(even.get(i), group.named(group.id() + "-" + round));
            }
            made.measures().forEach((name, value) -> measures.merge(name, value, Double::sum)); // seconds
            resampled += even.size();
            even = even(groups);
        }
        measures.put("resampled-groups", (double) resampled);
        return new Sampled(groups, measures);
    }

    /** All other prompts in an order of this cycle; all prompts, where it has asked every one. */
    private List<Prompt> others(List<Prompt> asked, long seed, long cycle) {
        Set<Long> rows =
                asked.stream().map(prompt -> prompt.task().row()).collect(Collectors.toCollection(HashSet::new));
        List<Prompt> left = prompts.stream()
                .filter(prompt -> !rows.contains(prompt.task().row()))
                .toList();
        List<Prompt> from = left.isEmpty() ? prompts : left;
        int[] order = Draw.of(seed, "resampling").at(cycle).permutation(from.size());
        return IntStream.of(order).mapToObj(from::get).toList();
    }

    private static List<Integer> even(List<RolloutGroup> groups) {
        return IntStream.range(0, groups.size())
                .filter(place -> groups.get(place).isEven())
                .boxed()
                .toList();
    }

    private static OptionalDouble reward(List<RolloutGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .map(Rollout::score)
                .filter(Rollout.Score::isJudged)
                .mapToDouble(Rollout.Score::reward)
                .average();
    }
}
