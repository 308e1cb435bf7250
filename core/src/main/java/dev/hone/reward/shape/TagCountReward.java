package dev.hone.reward.shape;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.List;

/**
 * A quarter for each tag of {@link ReasoningFormat#STRICT} that stands in the completion once, on a line of its own; the way to that
 * form in steps (open-r1's {@code tag_count_reward}).
 */
public record TagCountReward() implements Reward {
    private static final List<String> TAGS = List.of("<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>");

    @Override
    public double score(Task task, Completion completion) {
        long once =
                TAGS.stream().filter(tag -> standsOnce(tag, completion.text())).count();
        return once / (double) TAGS.size();
    }

    private static boolean standsOnce(String tag, String text) {
        int first = text.indexOf(tag);
        return first >= 0 && text.indexOf(tag, first + tag.length()) < 0;
    }
}
