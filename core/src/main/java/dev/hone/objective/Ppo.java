package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Proximal policy optimisation (Schulman et al., 2017) of a policy and a critic on the same hidden states: the clipped policy
 * gradient, the mean over tokens, and beside it the critic's squared error, the mean over states. The loss of a state is
 * {@code ½·max((v − R)², (v' − R)²)}, where v' is v held near the value that was sampled with: a critic, too, moves only so far on one
 * batch.
 *
 * <p>Batches hold completions, one a row, with {@link Annotation#SAMPLED}, {@link Annotation#ADVANTAGE}, {@link Annotation#VALUE} and
 * {@link Annotation#RETURN}. The state before each target is one of the critic's; a target of weight 0 is such a state and no token of the
 * policy's. Scores come from a policy with a {@linkplain dev.hone.model.head.ValueHead value head}.
 *
 * @param clip how far from 1 a ratio counts
 * @param valueClip how far from its sampled value a value counts
 * @param valueCoefficient what the critic's error counts beside the policy's loss
 */
public record Ppo(
        @Default("0.2") double clip,
        @Default("0.2") double valueClip,
        @Default("0.1") double valueCoefficient) implements Objective {
    public Ppo {
        require(clip > 0 && clip <= 1, "clip (%s) must be above 0 and at most 1", clip);
        require(valueClip > 0, "value-clip (%s) must be positive", valueClip);
        requireAtMost("value-clip", valueClip, 1e6);
        require(valueCoefficient > 0, "value-coefficient (%s) must be positive", valueCoefficient);
        requireAtMost("value-coefficient", valueCoefficient, 1e6);
    }

    /** What is usual: both clips 0.2, and a tenth of the critic's error. */
    public static Ppo standard() {
        return new Ppo(0.2, 0.2, 0.1);
    }

    @Override
    public Set<Statistic> reads() {
        return Set.of(Statistic.LOG_PROBABILITY, Statistic.VALUE);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, batch.targets().totalWeight(), Term.VALUE, (double)
                batch.targets().count());
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        Tensor ratios = ImportanceRatios.of(policy, batch).ofTokens();
        float[] advantages = batch.get(Annotation.ADVANTAGE);
        Tensor gain = clipping(ratios, advantages).of(ratios).times(Tensor.of(advantages, advantages.length));
        Critic critic = critic(policy, batch);
        Map<Term, Tensor> sums = new EnumMap<>(Term.class);
        sums.put(Term.LOSS, gain.times(policy.weights()).sum().negate());
        sums.put(Term.VALUE, critic.errors(policy.get(Statistic.VALUE)).sum().times(valueCoefficient / 2));
        return sums;
    }

    private Clipping clipping(Tensor ratios, float[] advantages) {
        return Clipping.of(ratios.detach().floats(), advantages, clip, clip, Double.POSITIVE_INFINITY);
    }

    /**
     * The squared errors of a critic's values.
     *
     * @param free 1 where a value's own error counts, 0 where that of the held value is larger
     * @param held the error of the held value where that counts, 0 elsewhere
     */
    @SuppressWarnings("ArrayRecordComponent") // columns; equality is never asked
    private record Critic(float[] returns, float[] free, float[] held) {
        /** [targets]. */
        Tensor errors(Tensor values) {
            int count = free.length;
            return values.minus(Tensor.of(returns, count))
                    .square()
                    .times(Tensor.of(free, count))
                    .plus(Tensor.of(held, count));
        }

        double heldCount() {
            double count = 0;
            for (float own : free) {
                count += 1 - own;
            }
            return count;
        }
    }

    private Critic critic(Scores policy, Batch batch) {
        float[] values = policy.get(Statistic.VALUE).detach().floats();
        float[] sampled = batch.get(Annotation.VALUE);
        float[] returns = batch.get(Annotation.RETURN);
        Critic critic = new Critic(returns, new float[values.length], new float[values.length]);
        for (int i = 0; i < values.length; i++) {
            float edge = (float) valueClip; // in float32, so that a value that has moved just so far is not held
            float near = Math.max(sampled[i] - edge, Math.min(sampled[i] + edge, values[i]));
            double own = Math.pow((double) values[i] - returns[i], 2);
            double held = Math.pow((double) near - returns[i], 2);
            critic.free[i] = held > own ? 0 : 1;
            critic.held[i] = held > own ? (float) held : 0;
        }
        return critic;
    }

    /** Means over trained tokens: {@code approx-kl} is ½·(ln ρ)², {@code value/clip} the share of values that were held. */
    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        ImportanceRatios ratios = ImportanceRatios.of(policy, batch);
        Clipping clipping = clipping(ratios.ofTokens(), batch.get(Annotation.ADVANTAGE));
        Map<String, Double> measures = new LinkedHashMap<>(ratios.measures(policy));
        measures.put("clip/low", ratios.total(clipping.low()));
        measures.put("clip/high", ratios.total(clipping.high()));
        measures.put("approx-kl", ratios.total(ratios.halfSquares()));
        measures.put("value/clip", critic(policy, batch).heldCount());
        return measures;
    }

    @Override
    public Map<String, Double> largest(Scores policy, Batch batch) {
        return ImportanceRatios.of(policy, batch).largest();
    }
}
