package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.rollout.batch.PromptDataset.GroupShape;
import org.jspecify.annotations.Nullable;

/**
 * How a method that learns from its own samples takes them.
 *
 * @param groupSize completions of each prompt, which are judged against each other
 * @param maxCompletionTokens a longer completion is cut
 * @param temperature logits are divided by it when completions are sampled
 * @param steps whose prompts are sampled together, before the first of them is learned from
 * @param resampleEvenGroups rounds in which prompts whose completions all have one reward are replaced by further ones, at most; 0: none
 * @param tools what replies to the policy between its turns; null: its first turn is the completion
 * @param turns of a completion, at most, where there are tools
 * @param slots completions that each worker generates side by side; the result does not depend on it
 */
public record RolloutSettings(
        @Default("4") int groupSize,
        @Default("256") int maxCompletionTokens,
        @Default("1.0") double temperature,
        @Default("1") int steps,
        @Default("0") int resampleEvenGroups,
        @Nullable ToolsChoice tools,
        @Default("4") int turns,
        @Default("32") int slots) {
    public RolloutSettings {
        require(groupSize > 0, "groupSize (%d) must be positive", groupSize);
        requireAtMost("groupSize", groupSize, 4096);
        require(maxCompletionTokens > 0, "maxCompletionTokens (%d) must be positive", maxCompletionTokens);
        requireAtMost("maxCompletionTokens", maxCompletionTokens, 1 << 16);
        require(temperature > 0 && temperature <= 100, "temperature (%s) must be above 0 and at most 100", temperature);
        require(steps > 0, "steps (%d) must be positive", steps);
        requireAtMost("steps", steps, 1024);
        require(resampleEvenGroups >= 0, "resampleEvenGroups (%d) must not be negative", resampleEvenGroups);
        requireAtMost("resampleEvenGroups", resampleEvenGroups, 100);
        require(
                resampleEvenGroups == 0 || groupSize > 1,
                "resampleEvenGroups (%d) needs a groupSize above 1, as a single completion differs from no other",
                resampleEvenGroups);
        require(turns > 0, "turns (%d) must be positive", turns);
        requireAtMost("turns", turns, 256);
        require(
                tools != null || turns == 4,
                "turns (%d) has no effect without tools; leave it out, or name what replies, such as tools: calculator",
                turns);
        require(slots > 0, "slots (%d) must be positive", slots);
        requireAtMost("slots", slots, 4096);
    }

    /** The values that a run has where its file names none. */
    public static RolloutSettings usual() {
        return new RolloutSettings(4, 256, 1, 1, 0, null, 4, 32);
    }

    /** The sizes of its groups. */
    public GroupShape shape() {
        return new GroupShape(groupSize, maxCompletionTokens);
    }
}
