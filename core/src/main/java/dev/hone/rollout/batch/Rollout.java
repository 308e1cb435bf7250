package dev.hone.rollout.batch;

import dev.hone.data.Example;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A completion that a policy sampled, as token ids, and what became of it. The ids are those that were sampled; text is decoded from
 * them for rewards and never encoded again, so that what is trained is what was sampled.
 *
 * <p>Arrays are not copied; treat them as read-only.
 *
 * @param prompt token ids that it continues, at least one
 * @param completion its token ids, the one it stopped at included, at least one
 * @param logProbabilities natural log of the probability that the sampling policy gave each token; 0 for context
 * @param sampled whether the policy sampled a token (1), or it entered as context, such as a tool's reply (0)
 * @param reason why it ended
 * @param text of the completion
 * @param score what the rewards say of it
 * @param version updates that the sampling policy had been given
 * @param reference natural log of each token's probability under the reference or a teacher; null: not known
 * @param values the critic's value of the state before each token; null: there is no critic
 * @param hinted whether it was sampled behind a prompt that shows the answer, which is not the one that stands here
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed on to batches; equality is never asked
public record Rollout(
        int[] prompt,
        int[] completion,
        float[] logProbabilities,
        float[] sampled,
        StopReason reason,
        String text,
        Score score,
        long version,
        float @Nullable [] reference,
        float @Nullable [] values,
        boolean hinted) {
    public Rollout {
        if (prompt.length == 0 || completion.length == 0) {
            throw new IllegalArgumentException("a rollout needs a prompt and a completion of at least one token each");
        }
        if (logProbabilities.length != completion.length || sampled.length != completion.length) {
            throw new IllegalArgumentException("a completion of " + completion.length + " tokens has "
                    + logProbabilities.length + " log-probabilities");
        }
        if (reference != null && reference.length != completion.length) {
            throw new IllegalArgumentException("a completion of " + completion.length + " tokens has "
                    + reference.length + " log-probabilities of the reference");
        }
        if (values != null && values.length != completion.length) {
            throw new IllegalArgumentException(
                    "a completion of " + completion.length + " tokens has " + values.length + " values");
        }
    }

    /** A completion of the prompt as it stands. */
    public Rollout(
            int[] prompt,
            int[] completion,
            float[] logProbabilities,
            float[] sampled,
            StopReason reason,
            String text,
            Score score,
            long version,
            float @Nullable [] reference,
            float @Nullable [] values) {
        this(prompt, completion, logProbabilities, sampled, reason, text, score, version, reference, values, false);
    }

    /**
     * What rewards say of a completion.
     *
     * @param reward the weighted sum; NaN: no reward judged it, so that nothing is learned from it
     * @param parts of each reward before it is weighted, by name, in order; NaN: it did not judge
     */
    public record Score(double reward, Map<String, Double> parts) {
        public Score {
            parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        }

        /** A single reward. */
        public static Score of(double reward) {
            return new Score(reward, Map.of());
        }

        public boolean isJudged() {
            return !Double.isNaN(reward);
        }
    }

    /** A completion whose tokens were all sampled, and which no other model has seen. */
    public static Rollout of(int[] prompt, Completion completion, Score score, long version) {
        return of(prompt, Episode.of(completion), score, version);
    }

    /** A completion of one or several turns, which no other model has seen. */
    public static Rollout of(int[] prompt, Episode episode, Score score, long version) {
        Completion completion = episode.completion();
        return new Rollout(
                prompt,
                completion.ids(),
                completion.logProbabilities(),
                episode.sampled(),
                completion.reason(),
                completion.text(),
                score,
                version,
                null,
                null);
    }

    /** The same with log-probabilities of a reference. */
    public Rollout withReference(float[] logs) {
        return new Rollout(
                prompt, completion, logProbabilities, sampled, reason, text, score, version, logs, values, hinted);
    }

    /** The same behind the prompt without the answer that it was shown. */
    public Rollout hintedFor(int[] asked) {
        return new Rollout(
                asked, completion, logProbabilities, sampled, reason, text, score, version, reference, values, true);
    }

    /** The same with a critic's values. */
    public Rollout withValues(float[] critic) {
        return new Rollout(
                prompt, completion, logProbabilities, sampled, reason, text, score, version, reference, critic, hinted);
    }

    /** Log-probabilities of the reference at the sampled tokens; {@link DataException} where they are not known. */
    float[] referenceAtSampled() {
        if (reference == null) {
            throw new DataException(
                    "recorded rollouts have no reference_logprobs, which the distance to a reference (beta) is"
                            + " counted from; record them, or set beta to 0");
        }
        return atSampled(reference);
    }

    /** The critic's values before the sampled tokens; {@link IllegalStateException} where they are not known. */
    float[] valuesAtSampled() {
        if (values == null) {
            throw new IllegalStateException("rollouts have no values of a critic");
        }
        return atSampled(values);
    }

    /** Whether it was cut off where the policy did not end it. */
    public boolean isCut() {
        return switch (reason) {
            case LENGTH, CONTEXT, CANCELLED -> true;
            case END_OF_TEXT, STOP_STRING -> false;
        };
    }

    /** The tokens that the policy sampled. */
    public int sampledTokens() {
        int count = 0;
        for (float weight : sampled) {
            count += weight != 0 ? 1 : 0;
        }
        return count;
    }

    /** Whether some of its tokens entered as context. */
    boolean hasContext() {
        return sampledTokens() < sampled.length;
    }

    /** How often the policy spoke: the runs of tokens that it sampled. */
    int turns() {
        int turns = 0;
        for (int i = 0; i < sampled.length; i++) {
            turns += sampled[i] != 0 && (i == 0 || sampled[i - 1] == 0) ? 1 : 0;
        }
        return turns;
    }

    /** Prompt and completion, of which the sampled tokens are trained. */
    public Example example(long row) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + completion.length);
        System.arraycopy(completion, 0, tokens, prompt.length, completion.length);
        float[] weights = new float[tokens.length];
        System.arraycopy(sampled, 0, weights, prompt.length, completion.length);
        return new Example(row, tokens, weights);
    }

    /** A row of which nothing is trained: it counts as one, and costs one token. */
    Example emptyExample(long row) {
        return new Example(row, new int[] {prompt[0]}, new float[1]);
    }

    /** Of numbers for the sampled tokens, those of all tokens of the completion; 0 for context. */
    public float[] spread(float[] atSampled) {
        float[] all = new float[sampled.length];
        int at = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = sampled[i] == 0 ? 0 : atSampled[at++];
        }
        return all;
    }

    /** Of numbers for all tokens of the completion, those of the sampled ones. */
    float[] atSampled(float[] numbers) {
        float[] chosen = new float[sampledTokens()];
        int at = 0;
        for (int i = 0; i < sampled.length; i++) {
            if (sampled[i] != 0) {
                chosen[at++] = numbers[i];
            }
        }
        return chosen;
    }
}
