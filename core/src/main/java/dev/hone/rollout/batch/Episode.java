package dev.hone.rollout.batch;

import dev.hone.generate.Completion;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A completion in one or several turns, between which tools replied.
 *
 * @param completion the tokens of all turns and of what stands between them; its text is what the policy wrote, a line break between turns,
 *     and has nothing that tools said: rewards judge the policy
 * @param sampled for each token 1 where the policy sampled it, 0 where it entered as context, whose log-probability is 0
 * @param failure why tools did not answer, which ended it; null: nothing failed
 */
@SuppressWarnings("ArrayRecordComponent") // a column handed on to rollouts; equality is never asked
public record Episode(
        Completion completion, float[] sampled, @Nullable String failure) {
    /** A single turn. */
    public static Episode of(Completion completion) {
        float[] sampled = new float[completion.ids().length];
        Arrays.fill(sampled, 1f);
        return new Episode(completion, sampled, null);
    }
}
