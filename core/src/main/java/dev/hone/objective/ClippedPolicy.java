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
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The policy gradient on completions that the policy, or an earlier one, has sampled: raises what had an advantage and lowers the
 * rest, by the ratio ρ = π/μ to the {@linkplain Annotation#SAMPLED policy that sampled}, and no further than the clip allows. GRPO
 * (Shao et al., 2024) and its descendants, which differ in {@link PolicyLoss} and little else.
 *
 * <p>Batches hold completions, one a row, whose tokens are the targets, with {@link Annotation#SAMPLED} and
 * {@link Annotation#ADVANTAGE}, and {@link Annotation#REFERENCE} where {@code kl.beta} is positive. A row without targets, such as a
 * completion that was cut short and is left out, still counts where rows are counted. What is a mean is one over the whole step.
 *
 * @param loss what a token costs, and what the sum is divided by
 * @param level whose ratio a token is judged by
 * @param clip how far a ratio counts
 * @param kl the pull towards the reference
 * @param drift rows with mean(ln μ − ln π) above this lose their tokens of negative advantage (DeepSeek-V3.2's mask, 0.5);
 *     null: none do
 * @param trust which ratios are near enough to 1 to be learned from, for what another engine or an older policy has sampled
 * @param entropyBonus how much the mean entropy of the next token counts against the loss; 0: not at all
 * @param topEntropy share of a step's tokens that are learned from, those of the highest entropy (Wang et al., 2025); 1: all.
 *     Below 1 a step takes a first pass
 * @param maxCompletionTokens the longest a completion may be, by which {@link PolicyLoss#DR_GRPO} divides
 */
public record ClippedPolicy(
        @Default("dapo") PolicyLoss loss,
        @Default("token") Level level,
        Clip clip,
        Kl kl,
        @Nullable Double drift,
        Trust trust,
        @Default("0.0") double entropyBonus,
        @Default("1.0") double topEntropy,
        @Default("256") int maxCompletionTokens)
        implements Objective {
    private static final double DPPO_PULL = 1e-3;

    /** Whose ratio a token is judged by. */
    public enum Level {
        /** Its own. */
        TOKEN,
        /**
         * The geometric mean of its row's (GSPO: Zheng et al., 2025). It moves far less than a token's, so its clip is narrower by
         * a thousand; on policy, where every ratio is 1, both levels are one.
         */
        SEQUENCE
    }

    /**
     * How far a ratio counts; what is left out is what is usual for the loss and level.
     *
     * @param low below 1, where the advantage is negative: 0.2; 0.0003 for sequences. For dppo, how far a probability may fall: 0.2
     * @param high above 1, where the advantage is positive: 0.28; 0.0004 for sequences. For cispo, the largest ratio itself: 5. For
     *     dppo, how far a probability may rise: 0.2
     * @param delta the largest ratio that counts where the advantage is negative, so that with high it truncates every ratio; none by
     *     default
     */
    public record Clip(
            @Nullable Double low,
            @Nullable Double high,
            @Nullable Double delta) {
        /** What is usual. */
        public static final Clip USUAL = new Clip(null, null, null);

        public Clip {
            Clipping.requireEdges(low == null ? 0 : low, high == null ? 0 : high);
            require(delta == null || delta > 1, "delta (%s) must be above 1", delta);
        }

        public Clip(double low, double high) {
            this(low, high, null);
        }
    }

    /**
     * The pull towards the reference: {@code β·(r − ln r − 1)} beside each token's loss, with r = ref/π (Schulman's k3).
     *
     * @param beta its strength; 0: no reference is needed
     * @param corrected times the ratio, which makes it the gradient of the divergence where the policy is no longer the one that
     *     sampled; off: the plain form of GRPO, whose gradient is biased
     */
    public record Kl(
            @Default("0.0") double beta, @Default("true") boolean corrected) {
        /** No pull. */
        public static final Kl NONE = new Kl(0, true);

        public Kl {
            require(beta >= 0, "beta (%s) must not be negative", beta);
            requireAtMost("beta", beta, 1e6);
        }
    }

    /**
     * Which tokens are learned from by how far policy and sampler agree on them; the rest add nothing and still count where tokens
     * are counted.
     *
     * @param token the largest ratio, either way: 2 leaves out tokens with ρ outside 0.5 … 2
     * @param row the same for the geometric mean of a row's ratios, which does not depend on its length: 1.001 is usual
     */
    public record Trust(@Nullable Double token, @Nullable Double row) {
        /** All are learned from. */
        public static final Trust ALL = new Trust(null, null);

        public Trust {
            require(token == null || token > 1, "token (%s) must be above 1", token);
            require(row == null || row > 1, "row (%s) must be above 1", row);
        }

        boolean excludes(double log, double rowMean) {
            return token != null && Math.abs(log) > Math.log(token) || row != null && Math.abs(rowMean) > Math.log(row);
        }
    }

    public ClippedPolicy {
        require(
                loss != PolicyLoss.LUSPO || level == Level.SEQUENCE,
                "level (token) must be sequence for loss: luspo, which sums the ratio of a whole row");
        require(
                level == Level.TOKEN || loss != PolicyLoss.VESPO && loss != PolicyLoss.DPPO,
                "level (sequence) has no effect on loss: %s, which has ratios of its own; leave it out",
                spelled(loss));
        require(loss.clips() || clip.equals(Clip.USUAL), "clip has no effect on loss: %s; leave it out", spelled(loss));
        require(
                loss != PolicyLoss.CISPO || clip.high == null || clip.high >= 1,
                "clip.high (%s) is the largest ratio for loss: cispo, so it must be at least 1; 5 is usual",
                clip.high);
        require(
                clip.delta == null || loss.clipsRatios(),
                "clip.delta has no effect on loss: %s; leave it out",
                spelled(loss));
        double high = high(loss, level, clip);
        require(
                clip.delta == null || clip.delta > 1 + high,
                "clip.delta (%s) must be above 1 + clip.high (%s)",
                clip.delta,
                1 + high);
        require(drift == null || drift > 0, "drift (%s) must be positive; leave it out to keep every row", drift);
        require(entropyBonus >= 0, "entropy-bonus (%s) must not be negative", entropyBonus);
        requireAtMost("entropy-bonus", entropyBonus, 1e3);
        require(topEntropy > 0 && topEntropy <= 1, "top-entropy (%s) must be above 0 and at most 1", topEntropy);
        require(maxCompletionTokens > 0, "max-completion-tokens (%d) must be positive", maxCompletionTokens);
    }

    /** A loss with what is usual for it. */
    public static ClippedPolicy of(PolicyLoss loss) {
        Level level = loss == PolicyLoss.LUSPO ? Level.SEQUENCE : Level.TOKEN;
        return new ClippedPolicy(loss, level, Clip.USUAL, Kl.NONE, null, Trust.ALL, 0, 1, 256);
    }

    private static String spelled(PolicyLoss loss) {
        return loss.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private double low() {
        return clip.low != null ? clip.low : level == Level.SEQUENCE ? 3e-4 : 0.2;
    }

    private double high() {
        return high(loss, level, clip);
    }

    private static double high(PolicyLoss loss, Level level, Clip clip) {
        if (clip.high != null) {
            return clip.high;
        }
        return switch (loss) {
            case CISPO -> 5;
            case DPPO -> 0.2;
            default -> level == Level.SEQUENCE ? 4e-4 : 0.28;
        };
    }

    private double delta() {
        return clip.delta == null ? Double.POSITIVE_INFINITY : clip.delta;
    }

    @Override
    public Set<Statistic> reads() {
        Set<Statistic> reads = EnumSet.of(Statistic.LOG_PROBABILITY);
        if (entropyBonus > 0 || topEntropy < 1) {
            reads.add(Statistic.ENTROPY);
        }
        return reads;
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        double tokens = batch.targets().totalWeight();
        Map<Term, Double> weights = new EnumMap<>(Term.class);
        weights.put(
                Term.LOSS,
                switch (loss.denominator) {
                    case TOKENS -> tokens;
                    case ROWS -> (double) batch.rowCount();
                    case LONGEST_ROWS -> (double) batch.rowCount() * maxCompletionTokens;
                });
        if (entropyBonus > 0) {
            weights.put(Term.ENTROPY, tokens);
        }
        return weights;
    }

    @Override
    public double measured(Batch batch) {
        return batch.targets().totalWeight();
    }

    @Override
    public boolean needsFirstPass() {
        return topEntropy < 1;
    }

    @Override
    public Set<Statistic> firstPassReads() {
        return reads();
    }

    /** Where no ratio of a whole row plays a part. */
    @Override
    public boolean isSeparable() {
        return level == Level.TOKEN
                && loss != PolicyLoss.VESPO
                && drift == null
                && trust.row == null
                && topEntropy == 1;
    }

    @Override
    public Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
        return topEntropy < 1 ? Uncertain.of(this, window) : this;
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return sums(policy, batch, Double.NEGATIVE_INFINITY);
    }

    /**
     * @param entropy what a token's entropy must be at least to be learned from
     */
    private Map<Term, Tensor> sums(Scores policy, Batch batch, double entropy) {
        ImportanceRatios ratios = ImportanceRatios.of(policy, batch);
        Tensor ratio = ratio(ratios);
        float[] counts = loss.averagesRows() ? ratios.shares() : batch.targets().weight();
        float[] dropped = dropped(batch, ratios);
        float[] entropies =
                topEntropy < 1 ? policy.get(Statistic.ENTROPY).detach().floats() : dropped;
        float[] weights = counts.clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= topEntropy < 1 && entropies[i] < entropy ? 0 : 1 - dropped[i];
        }
        Tensor sum = perToken(policy, batch, ratios, ratio)
                .times(Tensor.of(weights, weights.length))
                .sum();
        if (kl.beta > 0) {
            Tensor divergence = divergence(policy, batch);
            Tensor pull = kl.corrected ? divergence.times(ratio) : divergence;
            sum = sum.plus(pull.times(Tensor.of(counts, counts.length)).sum().times(kl.beta));
        }
        Map<Term, Tensor> sums = new EnumMap<>(Term.class);
        sums.put(Term.LOSS, sum);
        if (entropyBonus > 0) {
            Tensor bonus = policy.get(Statistic.ENTROPY).times(policy.weights()).sum();
            sums.put(Term.ENTROPY, bonus.times(-entropyBonus));
        }
        return sums;
    }

    /** The ratio that each token is judged by [targets]. */
    private Tensor ratio(ImportanceRatios ratios) {
        return level == Level.TOKEN ? ratios.ofTokens() : ratios.meansOfRows();
    }

    /** What each token costs [targets]. */
    private Tensor perToken(Scores policy, Batch batch, ImportanceRatios ratios, Tensor ratio) {
        float[] advantages = batch.get(Annotation.ADVANTAGE);
        int count = advantages.length;
        Tensor against = Tensor.of(advantages, count).negate();
        return switch (loss) {
            case GRPO, BNPO, DR_GRPO, DAPO, LUSPO ->
                clipping(policy, batch, ratio).of(ratio).times(against);
            case CISPO ->
                policy.logProbabilities().times(ratio.detach().atMost(high()).times(against));
            case SAPO -> {
                float[] temperatures = new float[count];
                for (int i = 0; i < count; i++) {
                    temperatures[i] = advantages[i] > 0 ? 1 : 1.05f;
                }
                Tensor temperature = Tensor.of(temperatures, count);
                Tensor gate = ratio.plus(-1).times(temperature).sigmoid();
                yield gate.times(against).times(4).dividedBy(temperature);
            }
            case VESPO ->
                policy.logProbabilities()
                        .times(Tensor.of(vespo(batch, ratios), count).times(against));
            case DPPO -> {
                Clipping dropped = clipping(policy, batch, ratio);
                Tensor pull = ratios.log().square().times(DPPO_PULL);
                yield ratio.times(against)
                        .times(Tensor.of(dropped.free(), count))
                        .plus(pull);
            }
        };
    }

    /** φ of each target's row: {@code λ + k·ln w − λ·w} in an exponential, which is 1 where w is. */
    private static float[] vespo(Batch batch, ImportanceRatios ratios) {
        double[] rows = ratios.distances(batch.targets().weight());
        float[] advantages = batch.get(Annotation.ADVANTAGE);
        float[] factors = new float[advantages.length];
        for (int i = 0; i < factors.length; i++) {
            double log =
                    Math.max(Math.log(1e-8), Math.min(20, rows[batch.targets().row()[i]]));
            double power = advantages[i] >= 0 ? 2 : 3;
            double rate = advantages[i] >= 0 ? 3 : 2;
            factors[i] = (float) Math.exp(rate + power * log - rate * Math.exp(log));
        }
        return factors;
    }

    /** What the clip does to each token; for losses that clip. */
    private Clipping clipping(Scores policy, Batch batch, Tensor ratio) {
        float[] advantages = batch.get(Annotation.ADVANTAGE);
        float[] ratios = ratio.detach().floats();
        return switch (loss) {
            case CISPO -> Clipping.of(ratios, advantages, 1, high() - 1, high());
            case DPPO -> Clipping.of(moved(policy, batch), advantages, low(), high(), Double.POSITIVE_INFINITY);
            default -> Clipping.of(ratios, advantages, low(), high(), delta());
        };
    }

    /** 1 + π − μ of each target, which stands where a ratio stands elsewhere. */
    private static float[] moved(Scores policy, Batch batch) {
        float[] own = policy.logProbabilities().detach().floats();
        float[] sampled = batch.get(Annotation.SAMPLED);
        float[] moved = new float[own.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (1 + Math.exp(own[i]) - Math.exp(sampled[i]));
        }
        return moved;
    }

    /** 1 for the tokens that are left out because policy and sampler are too far apart, 0 for the others. */
    private float[] dropped(Batch batch, ImportanceRatios ratios) {
        float[] advantages = batch.get(Annotation.ADVANTAGE);
        double[] means = ratios.distances(ratios.shares());
        float[] dropped = new float[advantages.length];
        for (int i = 0; i < dropped.length; i++) {
            double mean = means[batch.targets().row()[i]];
            boolean strayed = drift != null && advantages[i] < 0 && -mean > drift;
            dropped[i] = strayed || trust.excludes(ratios.distance()[i], mean) ? 1 : 0;
        }
        return dropped;
    }

    /** {@code r − ln r − 1} of each target [targets]. */
    private static Tensor divergence(Scores policy, Batch batch) {
        float[] reference = batch.get(Annotation.REFERENCE);
        Tensor log =
                ImportanceRatios.held(Tensor.of(reference, reference.length).minus(policy.logProbabilities()));
        return log.expMinusOne().minus(log);
    }

    /** Means over trained tokens, whatever the loss is divided by. */
    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        ImportanceRatios ratios = ImportanceRatios.of(policy, batch);
        Map<String, Double> measures = ratios.measures(policy);
        if (loss.clips()) {
            Clipping clipping = clipping(policy, batch, ratio(ratios));
            measures.put("clip/low", ratios.total(clipping.low()));
            measures.put("clip/high", ratios.total(clipping.high()));
        }
        if (drift != null || !trust.equals(Trust.ALL)) {
            measures.put("dropped", ratios.total(dropped(batch, ratios)));
        }
        if (kl.beta > 0) {
            measures.put("kl", ratios.total(divergence(policy, batch).floats()));
        }
        return measures;
    }

    @Override
    public Map<String, Double> largest(Scores policy, Batch batch) {
        return ImportanceRatios.of(policy, batch).largest();
    }

    /** The same, learning from tokens whose entropy is high among those of a step. */
    private record Uncertain(ClippedPolicy own, double entropy) implements Objective {
        /** So far below the bound an entropy still counts as it: the same token's, computed in other company. */
        private static final double ROUNDING = 1e-5;

        /** The bound is the quantile of all trained tokens, between two of them in proportion. */
        static Uncertain of(ClippedPolicy own, List<Scores> window) {
            double[] sorted = window.stream()
                    .flatMapToDouble(scores -> {
                        float[] entropies = scores.get(Statistic.ENTROPY).floats();
                        float[] weights = scores.targets().weight();
                        return IntStream.range(0, weights.length)
                                .filter(i -> weights[i] > 0)
                                .mapToDouble(i -> entropies[i]);
                    })
                    .sorted()
                    .toArray();
            if (sorted.length == 0) {
                return new Uncertain(own, 0);
            }
            double place = (1 - own.topEntropy) * (sorted.length - 1);
            int below = (int) place;
            double above = sorted[Math.min(below + 1, sorted.length - 1)];
            double bound = sorted[below] + (place - below) * (above - sorted[below]);
            return new Uncertain(own, bound * (1 - ROUNDING));
        }

        @Override
        public Set<Statistic> reads() {
            return own.reads();
        }

        @Override
        public Map<Term, Double> weights(Batch batch) {
            return own.weights(batch);
        }

        @Override
        public double measured(Batch batch) {
            return own.measured(batch);
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return own.sums(policy, batch, entropy);
        }

        @Override
        public Map<String, Double> measures(Scores policy, Batch batch) {
            return own.measures(policy, batch);
        }

        @Override
        public Map<String, Double> largest(Scores policy, Batch batch) {
            return own.largest(policy, batch);
        }
    }
}
