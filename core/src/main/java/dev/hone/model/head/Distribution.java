package dev.hone.model.head;

import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The distributions over the vocabulary at a few positions: their statistics, and the derivatives of these with respect to the
 * logits z, in closed form. Uses up the logits it is given; lives as long as the scope it was made in. With p = softmax(z):
 *
 * <ul>
 *   <li>∂ log p_y / ∂z = onehot(y) − p
 *   <li>∂ mean(log p) / ∂z = 1/V − p
 *   <li>∂ H / ∂z = −p · (log p + H)
 *   <li>the divergence: see {@link TeacherDivergence#gradient}
 * </ul>
 */
final class Distribution {
    private final Tensor logits;
    private final Tensor tokens;
    private final Tensor total;
    private final @Nullable Compared compared;
    private final Map<Statistic, Tensor> values = new EnumMap<>(Statistic.class);
    private boolean normalised;
    private @Nullable Tensor probabilities;

    /** The comparison at these positions: log-probabilities [positions, vocabulary], both tempered. */
    private record Compared(TeacherDivergence comparison, Tensor own, Tensor other) {}

    /**
     * @param logits float32 [positions, vocabulary]; overwritten
     * @param tokens the target's token at each position [positions, 1]
     */
    Distribution(Tensor logits, Tensor tokens) {
        this(logits, tokens, null, null);
    }

    /** The same beside another model's logits [positions, vocabulary] in float32. */
    Distribution(Tensor logits, Tensor tokens, @Nullable TeacherDivergence comparison, @Nullable Tensor otherLogits) {
        this.logits = logits;
        this.tokens = tokens;
        this.total = LogNormaliser.total(LogNormaliser.ofBlocks(logits)).view(-1, 1);
        values.put(Statistic.LOG_PROBABILITY, logits.gather(1, tokens).minus(total));
        this.compared = comparison == null || otherLogits == null
                ? null
                : new Compared(comparison, comparison.tempered(logits), comparison.tempered(otherLogits));
    }

    /** A statistic [positions, 1]. */
    Tensor get(Statistic statistic) {
        return values.computeIfAbsent(statistic, this::computed);
    }

    private Tensor computed(Statistic statistic) {
        return switch (statistic) {
            case LOG_PROBABILITY -> throw new IllegalStateException("made with the distribution");
            case REWARD ->
                throw new IllegalArgumentException(
                        "REWARD is asked of a model that predicts tokens; only a reward model gives it");
            case VALUE -> throw new IllegalArgumentException("VALUE is asked of a model without a value head");
            case MEAN_LOG_PROBABILITY -> logProbabilities().meanKeeping(1);
            case COLLISION -> logProbabilities().times(2).logSumExp(1).view(-1, 1);
            case ENTROPY ->
                probabilities().times(logProbabilities()).sum(1).view(-1, 1).negate();
            case DIVERGENCE ->
                compared().comparison().of(compared().own(), compared().other());
        };
    }

    /**
     * ∂L/∂z [positions, vocabulary]; the last thing that is asked of a distribution, whose memory it takes.
     *
     * @param scoreGradients ∂L/∂statistic [positions, 1]
     */
    Tensor gradient(Map<Statistic, Tensor> scoreGradients) {
        Tensor sum = null;
        for (Map.Entry<Statistic, Tensor> scoreGradient : scoreGradients.entrySet()) {
            if (scoreGradient.getKey() != Statistic.LOG_PROBABILITY) {
                Tensor part = gradient(scoreGradient.getKey()).timesInPlace(scoreGradient.getValue());
                sum = sum == null ? part : sum.addInPlace(part);
            }
        }
        Tensor scoreGradient = scoreGradients.get(Statistic.LOG_PROBABILITY);
        if (scoreGradient != null) {
            Tensor part = usedUp().timesInPlace(scoreGradient.negate())
                    .addAtInPlace(tokens, scoreGradient); // score gradient · (onehot − p)
            sum = sum == null ? part : part.addInPlace(sum);
        }
        return sum == null ? logits.fillInPlace(0) : sum;
    }

    private Tensor gradient(Statistic statistic) {
        return switch (statistic) {
            case MEAN_LOG_PROBABILITY -> probabilities().negate().plusInPlace(1.0 / logits.size(1));
            case ENTROPY ->
                logProbabilities()
                        .plus(get(Statistic.ENTROPY))
                        .timesInPlace(probabilities())
                        .timesInPlace(-1);
            case DIVERGENCE ->
                compared().comparison().gradient(compared().own(), compared().other());
            case LOG_PROBABILITY, COLLISION, REWARD, VALUE ->
                throw new IllegalArgumentException(statistic + " is not differentiated here");
        };
    }

    private Compared compared() {
        if (compared == null) {
            throw new IllegalStateException("nothing is there to compare with");
        }
        return compared;
    }

    /** Formed in the logits' own memory. */
    private Tensor logProbabilities() {
        if (!normalised) {
            logits.minusInPlace(total);
            normalised = true;
        }
        return logits;
    }

    private Tensor probabilities() {
        Tensor p = probabilities;
        if (p == null) {
            p = logProbabilities().exp();
            probabilities = p;
        }
        return p;
    }

    /** The probabilities, in memory that nobody needs any more. */
    private Tensor usedUp() {
        Tensor p = probabilities;
        return p == null ? logProbabilities().expInPlace() : p;
    }
}
