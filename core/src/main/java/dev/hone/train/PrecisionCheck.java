package dev.hone.train;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.error.TrainingException;
import dev.hone.model.HiddenStates;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.architecture.Output;
import dev.hone.model.head.Head;
import dev.hone.model.head.ScoreGradients;
import dev.hone.model.head.Statistic;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A comparison of what a policy computes in 16 bits with float32, on a few rows, before a run trusts it: a product that the engine
 * gets wrong for some shape shows in no loss curve.
 *
 * <p>The rows go through the training pass twice, forward and backward, once in the run's type and once with the same weights in
 * float32. With n targets, s of a target (its log-probability, or the reward of a text) and the norm g of the gradient of the mean
 * of s, rounding explains
 *
 * <ul>
 *   <li>{@code |Σ (s₁₆ − s₃₂)| / n ≤ e}, {@code √(Σ (s₁₆ − s₃₂)² / n) ≤ 2e}, and {@code |s₁₆ − s₃₂| ≤ 12e} of each one, with
 *       {@code e = u · √(1 + 2L) · z}
 *   <li>{@code |g₁₆ − g₃₂| ≤ (1/8 + 16 · u · √(1 + 2L)) · g₃₂}, where the targets are not almost certain (a mean loss above {@value
 *       #CERTAIN}) and the gradient does not vanish (a norm above {@value #VANISHING}): else it is a difference of nearly equal numbers
 * </ul>
 *
 * with the unit roundoff u = 2⁻⁸ of bf16. Each of the 2L blocks adds to the residual stream, and its sum is rounded once: relative
 * errors of about u that are independent, so they grow with the root of their number. The head turns them, and the rounding of its
 * logits, into errors of u times the largest logit z. What was measured stands in {@code docs/trust.md}: correct products stay
 * below a half of these bounds.
 *
 * <p>Weights, gradients and randomness are as before afterwards. It takes as many tokens as {@value #WORK} operations allow. For
 * use by one thread, while no step is under way.
 */
public final class PrecisionCheck {
    /** Operations of the float32 passes: about a second on two cores. */
    static final double WORK = 2e11;

    /** A model of any size is compared on that many tokens. */
    private static final int FEWEST_TOKENS = 16;

    /** A mean loss below which the gradient is a difference of nearly equal numbers. */
    static final double CERTAIN = 0.5;

    /** A norm up to which a gradient is what rounding leaves of terms that cancel. */
    static final double VANISHING = 1e-6;

    private static final double UNIT = 0x1p-8;
    private static final double BIAS_BOUND = 1;
    private static final double MEAN_BOUND = 2;
    private static final double SINGLE_BOUND = 12;

    /** Targets whose logits are looked at for the largest. */
    private static final int LOOKED_AT = 16;

    private final Policy policy;
    private final double work;
    private final Gradients gradients;

    public PrecisionCheck(Policy policy) {
        this(policy, WORK);
    }

    /**
     * @param work operations that it may take, where its fewest tokens do not take more
     */
    PrecisionCheck(Policy policy, double work) {
        this.policy = policy;
        this.work = work;
        this.gradients = new Gradients(policy.parameters());
    }

    /**
     * How far apart both types are.
     *
     * @param bias the mean difference of scores, without its sign, in units of {@code e = u·√(1+2L)·z}
     * @param mean root of the mean square of the differences, in the same units
     * @param largest the largest difference, in the same units
     * @param gradient relative difference of the gradient's norms, in units of its bound; 0 where it is not compared
     * @param where a module that explains it, as far as that is known
     */
    public record Comparison(
            double bias,
            double mean,
            double largest,
            double gradient,
            double narrowLoss,
            double wideLoss,
            double narrowNorm,
            double wideNorm,
            String where) {
        /** Whether rounding explains the difference. */
        public boolean agrees() {
            return scores() <= 1 && gradient <= 1; // false for NaN
        }

        /** How much of their bounds the scores take. */
        double scores() {
            return Math.max(bias / BIAS_BOUND, Math.max(mean / MEAN_BOUND, largest / SINGLE_BOUND));
        }
    }

    /** The scores of some targets, and what is made of them. */
    @SuppressWarnings("ArrayRecordComponent") // a column; equality is never asked
    private record Pass(float[] scores, double norm, float[] hidden, double scale) {
        /** Of log-probabilities the mean loss, of rewards the mean. */
        double loss() {
            double sum = 0;
            for (float score : scores) {
                sum -= score;
            }
            return sum / scores.length;
        }
    }

    /**
     * Compares on the first rows of a micro-batch.
     *
     * @throws TrainingException where the types part by more than rounding explains
     */
    public void require(Batch batch) {
        if (policy.model().compute() == DType.F32) {
            return;
        }
        Comparison found = compare(batch);
        Engine.releaseFreed(); // a layer at a time was widened
        if (!found.agrees()) {
            boolean norms = found.scores() <= 1;
            throw new TrainingException(String.format(
                    Locale.ROOT,
                    "before the first step: %s computed in %s and in fp32 part by more than rounding explains (%s%s), so this"
                            + " machine's 16-bit products are wrong for this model%s; nothing was trained. Set"
                            + " training.compute: fp32",
                    norms ? "gradients" : "numbers of a few rows",
                    policy.model().compute() == DType.BF16
                            ? "bf16"
                            : policy.model().compute().toString(),
                    norms
                            ? String.format(
                                    Locale.ROOT, "norm %.5g, %.5g in fp32", found.narrowNorm(), found.wideNorm())
                            : String.format(
                                    Locale.ROOT, "mean loss %.5g, %.5g in fp32", found.narrowLoss(), found.wideLoss()),
                    norms ? "" : String.format(Locale.ROOT, ", %.3g times the bound", found.scores()),
                    found.where().isEmpty() ? "" : ", first in " + found.where()));
        }
    }

    /** Compares on the first rows of a micro-batch; leaves everything as it was. */
    public Comparison compare(Batch batch) {
        Batch some = part(batch);
        LanguageModel model = policy.model();
        Pass narrow = pass(model, some, false);
        Pass wide = pass(model.computing(DType.F32), some, true);
        double unit = UNIT * Math.sqrt(1 + 2.0 * model.config().layers());
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < wide.scores().length; i++) {
            double apart = Math.abs(narrow.scores()[i] - wide.scores()[i]);
            squares += apart * apart;
            largest = apart <= largest ? largest : apart; // NaN is the largest
        }
        double of = unit * wide.scale();
        boolean vanishes = narrow.norm() < VANISHING && wide.norm() < VANISHING;
        boolean comparesNorms = !vanishes && (model.config().output() == Output.SCORE || wide.loss() > CERTAIN);
        double norms = Math.abs(narrow.norm() - wide.norm()) / ((0.125 + 16 * unit) * wide.norm());
        return new Comparison(
                Math.abs(narrow.loss() - wide.loss()) / of,
                Math.sqrt(squares / wide.scores().length) / of,
                largest / of,
                comparesNorms ? norms : 0,
                narrow.loss(),
                wide.loss(),
                narrow.norm(),
                wide.norm(),
                where(narrow, wide, unit));
    }

    /** The head, where the hidden states before it agree; else the layers. */
    private static String where(Pass narrow, Pass wide, double unit) {
        double apart = 0;
        double all = 0;
        for (int i = 0; i < wide.hidden().length; i++) {
            double difference = narrow.hidden()[i] - wide.hidden()[i];
            apart += difference * difference;
            all += (double) wide.hidden()[i] * wide.hidden()[i];
        }
        return Math.sqrt(apart) <= MEAN_BOUND * unit * Math.sqrt(all) ? "the head" : "the layers before the head";
    }

    private Pass pass(LanguageModel model, Batch batch, boolean isWide) {
        try (Scope scope = Scope.open()) {
            Targets targets = batch.targets();
            Head head = model.head(policy.adapter());
            HiddenStates hidden = model.trainingForward(
                    batch, policy.adapter(), Draw.of(0, "precision check").at(0), 0, Recomputation.NONE);
            Tensor cut = hidden.atTargets();
            Statistic read = head.usual().statistics().iterator().next();
            float[] each = new float[targets.count()];
            Arrays.fill(each, -1f / each.length);
            Head.HeadOutput result = head.scoreAndDifferentiate(
                    cut, targets.token(), head.usual(), ScoreGradients.constant(Map.of(read, Tensor.of(each))));
            hidden.backward(result.hiddenGradient());
            double norm = gradients.norm();
            return Autograd.without(() -> new Pass(
                    Objects.requireNonNull(result.scores().get(read)).floats(),
                    norm,
                    cut.to(DType.F32).view(-1).floats(),
                    isWide ? scale(model, cut, read) : Double.NaN));
        } finally {
            gradients.clear();
        }
    }

    /** The largest logit at some of the targets, at least 1. */
    private double scale(LanguageModel model, Tensor hidden, Statistic read) {
        long rows = Math.min(LOOKED_AT, hidden.size(0));
        Tensor some = hidden.narrow(0, 0, rows);
        if (read == Statistic.REWARD) { // w · h, with independent errors of the entries of h
            Head head = model.head(policy.adapter());
            Tensor ones = Tensor.ones(DType.F32, (int) rows);
            Tensor weight = head.scoreAndDifferentiate(
                            some, new int[(int) rows], head.usual(), ScoreGradients.constant(Map.of(read, ones)))
                    .hiddenGradient();
            return Math.max(
                    1,
                    some.abs().max().scalar()
                            * weight.square().sum(1).max().sqrt().scalar());
        }
        return Math.max(1, model.head().largestLogit(some));
    }

    /** The first rows of a batch, within the bounds; or the beginning of the first one. */
    private Batch part(Batch batch) {
        double perToken = 6.0 * policy.model().config().parameterCount(); // forward and backward
        long limit = Math.max(FEWEST_TOKENS, (long) (work / perToken));
        int rows = batch.rowCount();
        Batch part = batch;
        while (part.tokenCount() > limit && rows > 1) {
            rows /= 2;
            int first = rows;
            part = batch.only(row -> row < first);
        }
        if (part.tokenCount() <= limit) {
            return part;
        }
        List<Example> start =
                List.of(Example.ofText(0, Arrays.copyOf(batch.tokens(), (int) Math.min(limit, batch.tokenCount()))));
        return policy.model().head(policy.adapter()).usual().statistics().contains(Statistic.REWARD)
                ? Batch.ofWhole(start)
                : Batch.of(start);
    }
}
