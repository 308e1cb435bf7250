package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Direct preference optimisation (Rafailov et al., 2023): makes chosen answers likelier than rejected ones, measured against
 * a reference, without a reward model. Batches hold pairs and know the {@linkplain Annotation#REFERENCE reference's
 * log-probabilities}.
 *
 * @param beta strength of the constraint to the reference
 * @param loss weights of the losses that are added up
 * @param likelihood weight of the chosen answers' mean token loss beside them; 0: none (MPO has 1)
 * @param smoothing share of pairs taken to be labelled wrongly, where a loss asks for it
 * @param divergence what is made of a log-ratio in losses of the difference
 * @param lengthDesensitisation weight of the tokens that the longer answer has more than the shorter; 1: all count alike
 *     (LD-DPO: Liu et al., 2024)
 * @param weighting how much each pair counts; the likelihood beside it is not weighted
 */
public record Dpo(
        @Default("0.1") double beta,
        @Default("sigmoid") List<LossShare> loss,
        @Default("0.0") double likelihood,
        @Default("0.0") double smoothing,
        @Default("reverse-kl") Divergence divergence,
        @Default("1.0") double lengthDesensitisation,
        @Default("equal") Weighting weighting)
        implements Objective {
    /** How much each pair counts. */
    public enum Weighting {
        /** All alike. */
        EQUAL,
        /**
         * As its answers are likely under the policy itself (WPO: Zhou et al., 2024, sampled alignment): by w_c · w_r, where an
         * answer's w is {@code exp(mean(log p(token) − log Σ p²))} over its tokens, a constant to the gradient. An answer the
         * policy would sample has w near 1. Products above 1 stay as they are; weights are not made to add up to anything.
         */
        POLICY
    }

    /** One of several losses that are added up. */
    public record LossShare(
            PreferenceLoss name, @Default("1.0") double weight) {
        @FromScalar
        public static LossShare of(PreferenceLoss name) {
            return new LossShare(name, 1);
        }

        @Override
        public String toString() {
            return name + "=" + weight;
        }
    }

    /** The loss of the paper, whose other settings are neutral. */
    public static Dpo standard(double beta) {
        return new Dpo(
                beta, List.of(LossShare.of(PreferenceLoss.SIGMOID)), 0, 0, Divergence.REVERSE_KL, 1, Weighting.EQUAL);
    }

    /** The same with a term that keeps chosen replies likely (MPO: weight 1); a preference alone may make both sides unlikely. */
    public Dpo withLikelihood(double weight) {
        return new Dpo(beta, loss, weight, smoothing, divergence, lengthDesensitisation, weighting);
    }

    public Dpo {
        loss = List.copyOf(loss);
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
        require(smoothing >= 0 && smoothing < 0.5, "smoothing (%s) must be at least 0 and below 0.5", smoothing);
        require(likelihood >= 0, "likelihood (%s) must not be negative", likelihood);
        requireAtMost("likelihood", likelihood, 1e6);
        require(
                lengthDesensitisation >= 0 && lengthDesensitisation <= 1,
                "length-desensitisation (%s) must be between 0 and 1",
                lengthDesensitisation);
        require(!loss.isEmpty() || likelihood > 0, "loss names no loss");
        require(
                smoothing > 0 || loss.stream().map(LossShare::name).noneMatch(PreferenceLoss::needsSmoothing),
                "smoothing (%s) must be positive for exo_pair; 0.001 is usual",
                smoothing);
    }

    /** All pairs count alike. */
    public Dpo(
            double beta,
            Map<PreferenceLoss, Double> losses,
            double likelihood,
            double smoothing,
            Divergence divergence,
            double lengthDesensitisation) {
        this(beta, losses, likelihood, smoothing, divergence, lengthDesensitisation, Weighting.EQUAL);
    }

    /**
     * @param losses the weight of each loss; they are added up in the order of {@link PreferenceLoss}
     */
    public Dpo(
            double beta,
            Map<PreferenceLoss, Double> losses,
            double likelihood,
            double smoothing,
            Divergence divergence,
            double lengthDesensitisation,
            Weighting weighting) {
        this(beta, shares(losses), likelihood, smoothing, divergence, lengthDesensitisation, weighting);
    }

    private static List<LossShare> shares(Map<PreferenceLoss, Double> losses) {
        return losses.entrySet().stream()
                .map(share -> new LossShare(share.getKey(), share.getValue()))
                .sorted(Comparator.comparing(LossShare::name))
                .toList();
    }

    /** One loss, against the reverse KL, all tokens alike. */
    public static Dpo of(PreferenceLoss loss, double beta, double smoothing) {
        return new Dpo(beta, Map.of(loss, 1.0), 0, smoothing, Divergence.REVERSE_KL, 1);
    }

    @Override
    public Set<Statistic> reads() {
        return weighting == Weighting.EQUAL
                ? Set.of(Statistic.LOG_PROBABILITY)
                : Set.of(Statistic.LOG_PROBABILITY, Statistic.COLLISION);
    }

    @Override
    public boolean needsFirstPass() {
        return loss.stream().map(LossShare::name).anyMatch(PreferenceLoss::needsFirstPass);
    }

    @Override
    public Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
        List<PairSums> policy = new ArrayList<>();
        List<PairSums> reference = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.get(i);
            float[] weights = tokenWeights(batch);
            policy.add(PairSums.sum(window.get(i).logProbabilities(), weights, batch));
            reference.add(PairSums.sum(reference(batch), weights, batch));
        }
        return new Ranked(this, Quantiles.of(batches, policy, reference));
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        Map<Term, Double> weights = new EnumMap<>(Term.class);
        weights.put(Term.LOSS, (double) PairSums.pairs(batch));
        if (likelihood > 0) {
            weights.put(Term.CHOSEN_LIKELIHOOD, Likelihood.ANSWER.weight(batch.targets()));
        }
        return weights;
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return sums(policy, batch, Quantiles.UNKNOWN);
    }

    /**
     * @param quantiles what losses that compare the pairs of a step with each other know of it
     */
    private Map<Term, Tensor> sums(Scores policy, Batch batch, Quantiles quantiles) {
        PairSums ratios = ratios(policy, batch);
        PreferenceLoss.Ratios x = new PreferenceLoss.Ratios(
                ratios.chosen(),
                ratios.rejected(),
                divergence.of(ratios.chosen()).minus(divergence.of(ratios.rejected())),
                ratios.dividedBy(PairSums.lengths(batch)).difference(),
                beta,
                smoothing,
                needsFirstPass() ? quantiles.of(batch) : Quantiles.Partners.NONE);
        Map<Term, Tensor> sums = new EnumMap<>(Term.class);
        Tensor sum = Tensor.zeros(DType.F32, PairSums.pairs(batch));
        for (LossShare share : inOrder()) {
            sum = sum.plus(share.name().of(x).times(share.weight()));
        }
        sums.put(Term.LOSS, (weighting == Weighting.EQUAL ? sum : sum.times(pairWeights(policy, batch))).sum());
        if (likelihood > 0) {
            sums.put(Term.CHOSEN_LIKELIHOOD, Likelihood.ANSWER.loss(policy).times(likelihood));
        }
        return sums;
    }

    /** The losses in the order of {@link PreferenceLoss}: a sum's last bit must not depend on how a file lists them. */
    private List<LossShare> inOrder() {
        return loss.stream().sorted(Comparator.comparing(LossShare::name)).toList();
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        PairSums ratios = ratios(policy, batch);
        Map<String, Double> measures = Rewards.measured(policy, batch, ratios, beta);
        PairSums sums = PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch);
        measures.put("rewards/accuracy", Rewards.preferred(ratios, sums));
        if (weighting == Weighting.POLICY) {
            measures.put("pair-weight", pairWeights(policy, batch).sum().scalar());
        }
        return measures;
    }

    /** w_c · w_r [pairs]. */
    private static Tensor pairWeights(Scores policy, Batch batch) {
        Tensor surprise = policy.logProbabilities().detach().minus(policy.get(Statistic.COLLISION));
        PairSums means = PairSums.sum(surprise, batch.targets().weight(), batch).dividedBy(PairSums.lengths(batch));
        return means.chosen().plus(means.rejected()).exp();
    }

    private PairSums ratios(Scores policy, Batch batch) {
        return PairSums.sum(policy.logProbabilities().minus(reference(batch)), tokenWeights(batch), batch);
    }

    private static Tensor reference(Batch batch) {
        return Tensor.of(batch.get(Annotation.REFERENCE), batch.targets().count());
    }

    /** The data's weights, less for what the longer answer has more. */
    private float[] tokenWeights(Batch batch) {
        Targets targets = batch.targets();
        if (lengthDesensitisation == 1) {
            return targets.weight();
        }
        int[] lengths = new int[batch.rowCount()];
        for (int row : targets.row()) {
            lengths[row]++;
        }
        int[] seen = new int[batch.rowCount()];
        float[] weights = targets.weight().clone();
        for (int i = 0; i < weights.length; i++) {
            int row = targets.row()[i];
            if (seen[row]++ >= Math.min(lengths[row], lengths[row ^ 1])) {
                weights[i] *= (float) lengthDesensitisation;
            }
        }
        return weights;
    }

    /** The same with the pairs of a step ranked. */
    private record Ranked(Dpo own, Quantiles quantiles) implements Objective {
        @Override
        public Set<Statistic> reads() {
            return own.reads();
        }

        @Override
        public Map<Term, Double> weights(Batch batch) {
            return own.weights(batch);
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return own.sums(policy, batch, quantiles);
        }

        @Override
        public Map<String, Double> measures(Scores policy, Batch batch) {
            return own.measures(policy, batch);
        }
    }
}
