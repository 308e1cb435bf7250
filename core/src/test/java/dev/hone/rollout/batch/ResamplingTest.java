package dev.hone.rollout.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.Task;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.Rollouts.RolloutSource;
import dev.hone.rollout.batch.Rollouts.Sampled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Twenty prompts, of which each cycle asks four; groups of two completions. */
class ResamplingTest {
    private static final List<Prompt> PROMPTS = IntStream.range(0, 20)
            .mapToObj(row -> new Prompt(
                    new Task(row, List.of(), JsonNodeFactory.instance.objectNode()), new int[] {row}, 0, "row " + row))
            .toList();

    /** Rewards of 0 and 1, except for some prompts, all of whose completions have 1; it takes a second a call. */
    private record Known(Set<Integer> even, List<List<Integer>> asked) implements RolloutSource {
        static Known of(Integer... even) {
            return new Known(Set.of(even), new ArrayList<>());
        }

        @Override
        public Sampled sample(List<Prompt> prompts, long seed, long version) {
            asked.add(prompts.stream().map(prompt -> prompt.ids()[0]).toList());
            List<RolloutGroup> groups = new ArrayList<>();
            for (Prompt prompt : prompts) {
                double first = even.contains(prompt.ids()[0]) ? 1 : 0;
                groups.add(new RolloutGroup(
                        prompt.ids()[0] + "-" + groups.size(),
                        prompt.place(),
                        List.of(rollout(prompt, first, version), rollout(prompt, 1, version))));
            }
            return new Sampled(groups, Map.of("seconds/sampling", 1.0));
        }

        private static Rollout rollout(Prompt prompt, double reward, long version) {
            Completion one = new Completion(new int[] {5}, new float[] {-1}, "x", StopReason.END_OF_TEXT);
            return Rollout.of(prompt.ids(), one, Rollout.Score.of(reward), version);
        }
    }

    private static Sampled sample(Known source, int rounds, long cycle) {
        return new Resampling(rounds, PROMPTS).of(source, PROMPTS.subList(0, 4), 7, cycle, 0);
    }

    @Test
    void aGroupOfOneRewardGivesItsPlaceToAFurtherPrompt() {
        Known source = Known.of(1, 2);
        Sampled sampled = sample(source, 3, 0);

        assertThat(source.asked()).hasSize(2);
        assertThat(source.asked().get(1)).hasSize(2).doesNotContain(0, 1, 2, 3).doesNotHaveDuplicates();
        assertThat(sampled.groups()).extracting(RolloutGroup::isEven).containsExactly(false, false, false, false);
        assertThat(sampled.groups())
                .extracting(RolloutGroup::id)
                .containsExactly(
                        "0-0",
                        source.asked().get(1).get(0) + "-0-1",
                        source.asked().get(1).get(1) + "-1-1",
                        "3-3");
        assertThat(sampled.measures())
                .containsEntry("resampled-groups", 2.0)
                .containsEntry("reward-before-resampling", 0.75) // two groups of 1/2, two of 1
                .containsEntry("seconds/sampling", 2.0);
    }

    @Test
    void roundsEndWhereNoneIsLeftToReplaceOrAllAreUsedUp() {
        Known never = Known.of();
        assertThat(sample(never, 3, 0).measures()).containsEntry("resampled-groups", 0.0);
        assertThat(never.asked()).hasSize(1);

        Known always = new Known(
                IntStream.range(0, 20).boxed().collect(java.util.stream.Collectors.toSet()), new ArrayList<>());
        Sampled sampled = sample(always, 3, 0);
        assertThat(always.asked()).hasSize(4).allMatch(round -> round.size() == 4);
        assertThat(always.asked().stream().flatMap(List::stream)).doesNotHaveDuplicates();
        assertThat(sampled.measures()).containsEntry("resampled-groups", 12.0);
        assertThat(sampled.groups()).allMatch(RolloutGroup::isEven);
    }

    /** What else had to be replaced does not matter. */
    @Test
    void thePromptOfAPlaceDependsOnTheCycleAndTheRoundAlone() {
        Known one = Known.of(2);
        Known two = Known.of(0, 1, 2);
        sample(one, 1, 5);
        sample(two, 1, 5);
        assertThat(two.asked().get(1)).hasSize(3);
        assertThat(two.asked().get(1).get(2)).isEqualTo(one.asked().get(1).get(0));

        Known other = Known.of(0, 1, 2);
        sample(other, 1, 6);
        assertThat(other.asked().get(1)).isNotEqualTo(two.asked().get(1));
    }

    /** With few prompts the same ones are asked again, with other seeds. */
    @Test
    void whereAllPromptsAreAskedAnywayTheyAreAskedAgain() {
        Known source = Known.of(0);
        Sampled sampled = new Resampling(2, PROMPTS.subList(0, 4)).of(source, PROMPTS.subList(0, 4), 7, 0, 0);
        assertThat(source.asked().get(1)).hasSize(1).isSubsetOf(0, 1, 2, 3);
        assertThat(sampled.groups()).hasSize(4);
    }
}
