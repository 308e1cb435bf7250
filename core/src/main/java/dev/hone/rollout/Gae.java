package dev.hone.rollout;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Generalised advantage estimation (Schulman et al., 2016, equation 16) of sampled completions, whose score stands at their end and
 * whose distance to a reference is paid for token by token: {@code δ_t = r_t + γ·V_{t+1} − V_t}, {@code A_t = δ_t + γ·λ·A_{t+1}}, with
 * {@code r_t = −β·KL_t} and the score added to the last (Ziegler et al., 2019, equation 2). Pure arithmetic.
 *
 * @param gamma how much the next state's worth counts
 * @param lambda 1: advantages from rewards alone, which have much variance; 0: from the critic alone, which has bias
 * @param beta what the distance to the reference costs, in units of the score per nat
 * @param estimator of that distance
 * @param missingEosPenalty taken off the score of a completion that did not end by itself
 * @param whitenRewards whether rewards are divided by their deviation
 */
public record Gae(
        @Default("1.0") double gamma,
        @Default("0.95") double lambda,
        @Default("0.05") double beta,
        @Default("k1") Estimator estimator,
        @Default("0.0") double missingEosPenalty,
        @Default("false") boolean whitenRewards) {
    private static final double SMALL = 1e-8;

    /** What is taken for the divergence at a token, with d = ln μ − ln ref; both have the same mean. */
    public enum Estimator {
        /** d; may be negative. */
        K1,
        /** e^(−d) − 1 + d; never negative, of less variance where both are near. */
        K3;

        double of(double d) {
            return this == K1 ? d : Math.expm1(-d) + d;
        }
    }

    public Gae {
        require(gamma > 0 && gamma <= 1, "gamma (%s) must be above 0 and at most 1", gamma);
        require(lambda >= 0 && lambda <= 1, "lambda (%s) must be between 0 and 1", lambda);
        require(beta >= 0, "beta (%s) must not be negative", beta);
        requireAtMost("beta", beta, 1e6);
        require(missingEosPenalty >= 0, "missing-eos-penalty (%s) must not be negative", missingEosPenalty);
        requireAtMost("missing-eos-penalty", missingEosPenalty, 1e6);
    }

    /** What is usual: γ 1, λ 0.95, β 0.05. */
    public static Gae standard() {
        return new Gae(1, 0.95, 0.05, Estimator.K1, 0, false);
    }

    /**
     * A sampled completion.
     *
     * @param sampled log-probability of each token under the policy that sampled it
     * @param reference the same under the reference
     * @param values the critic's value of the state before each token; one more where the state after the last is a step of its own,
     *     whose reward the score then is
     * @param score of the completion
     * @param ended whether it ended by itself, by a stop token
     */
    @SuppressWarnings("ArrayRecordComponent") // columns; equality is never asked
    public record Trajectory(float[] sampled, float[] reference, float[] values, double score, boolean ended) {
        public Trajectory {
            require(sampled.length > 0, "a completion without tokens has no advantage");
            require(
                    sampled.length == reference.length,
                    "%d log-probabilities of the reference for %d tokens",
                    reference.length,
                    sampled.length);
            require(
                    values.length == sampled.length || values.length == sampled.length + 1,
                    "%d values for %d tokens; one for each is needed, or one more for the state after the last",
                    values.length,
                    sampled.length);
        }
    }

    /**
     * What a policy and a critic learn of a completion.
     *
     * @param advantages of each token, white over the batch
     * @param returns what each value should have been, as many
     * @param divergence the completion's distance to the reference, summed over its tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // columns; equality is never asked
    public record Estimate(float[] advantages, float[] returns, double divergence) {}

    /** The estimates of the completions of one batch, in their order. */
    public List<Estimate> of(List<Trajectory> batch) {
        List<double[]> advantages = advantages(batch, rewards(batch));
        List<double[]> tokens = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            tokens.add(Arrays.copyOf(advantages.get(i), batch.get(i).sampled().length));
        }
        List<double[]> white = whitened(tokens, true);
        List<Estimate> estimates = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Trajectory own = batch.get(i);
            float[] returns = new float[own.values().length];
            for (int t = 0; t < returns.length; t++) {
                returns[t] = (float) (advantages.get(i)[t] + own.values()[t]);
            }
            estimates.add(new Estimate(floats(white.get(i)), returns, divergence(own)));
        }
        return estimates;
    }

    private double divergence(Trajectory own) {
        double sum = 0;
        for (int t = 0; t < own.sampled().length; t++) {
            sum += estimator.of(own.sampled()[t] - own.reference()[t]);
        }
        return sum;
    }

    /** r_t of every step, white if they are to be. */
    List<double[]> rewards(List<Trajectory> batch) {
        List<double[]> rewards = batch.stream().map(this::rewards).toList();
        return whitenRewards ? whitened(rewards, false) : rewards;
    }

    private double[] rewards(Trajectory own) {
        double[] rewards = new double[own.values().length];
        for (int t = 0; t < own.sampled().length; t++) {
            rewards[t] = -beta * estimator.of(own.sampled()[t] - own.reference()[t]);
        }
        rewards[rewards.length - 1] += own.score() - (own.ended() ? 0 : missingEosPenalty);
        return rewards;
    }

    /** A_t of every step, before they are made white. */
    List<double[]> advantages(List<Trajectory> batch, List<double[]> rewards) {
        List<double[]> advantages = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            float[] values = batch.get(i).values();
            double[] own = new double[values.length];
            double nextValue = 0;
            double next = 0;
            for (int t = own.length - 1; t >= 0; t--) {
                next = rewards.get(i)[t] + gamma * nextValue - values[t] + gamma * lambda * next;
                nextValue = values[t];
                own[t] = next;
            }
            advantages.add(own);
        }
        return advantages;
    }

    /** Deviation 1 over all numbers, and mean 0 or, if it is not to be moved, the mean they have. */
    private static List<double[]> whitened(List<double[]> numbers, boolean centred) {
        double[] all = numbers.stream().flatMapToDouble(Arrays::stream).toArray();
        double mean = Arrays.stream(all).average().orElse(0);
        double squares = Arrays.stream(all).map(x -> (x - mean) * (x - mean)).sum();
        double inverse = 1 / Math.sqrt(squares / Math.max(1, all.length - 1) + SMALL);
        double shift = centred ? 0 : mean;
        return numbers.stream()
                .map(own -> Arrays.stream(own)
                        .map(x -> (x - mean) * inverse + shift)
                        .toArray())
                .toList();
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }
}
