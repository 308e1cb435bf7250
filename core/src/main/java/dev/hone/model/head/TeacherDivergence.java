package dev.hone.model.head;

import static dev.hone.error.Require.require;

import dev.hone.tensor.Tensor;

/**
 * Another model's distributions at the same targets, and the measure of how far from them a model is (Agarwal et al., 2023, the
 * generalised Jensen-Shannon divergence).
 *
 * <p>With q the model's distribution, r the other's, both of logits divided by the temperature, and m = (1 − β)·q + β·r:
 * {@code β·KL(r‖m) + (1 − β)·KL(q‖m)} for β between 0 and 1, KL(r‖q) for β = 0 and KL(q‖r) for β = 1. (Those two are the
 * limits of the formula divided by β and by 1 − β.) Sums run over the vocabulary, logs are natural, the loss is not multiplied
 * by the squared temperature.
 *
 * @param head the other model's head, over the same vocabulary
 * @param hidden the other model's last hidden states [targets, width] in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // a column handed to native code; equality is never asked
public record TeacherDivergence(TokenHead head, float[] hidden, double beta, double temperature) {
    /** Stands for log 0: far below every logit, and far from the end of float32. */
    private static final double IMPOSSIBLE = -1e30;

    /** Below it a distribution is its likeliest token, and logits leave float32; above its inverse all tokens are alike. */
    public static final double LOWEST_TEMPERATURE = 1e-3;

    public TeacherDivergence {
        require(beta >= 0 && beta <= 1, "beta (%s) must be between 0 and 1", beta);
        requireTemperature(temperature);
    }

    /** Refuses a temperature at which nothing is left to learn. */
    public static void requireTemperature(double temperature) {
        require(
                temperature >= LOWEST_TEMPERATURE && temperature <= 1 / LOWEST_TEMPERATURE,
                "temperature (%s) must be between %s and %s",
                temperature,
                LOWEST_TEMPERATURE,
                1 / LOWEST_TEMPERATURE);
    }

    /** The other model's hidden states [targets, width], in the type its head is held in. */
    Tensor hiddenStates(int targets) {
        if (hidden.length != (long) targets * head.width()) {
            throw new IllegalArgumentException(hidden.length + " numbers of another model's hidden states for "
                    + targets + " targets of width " + head.width());
        }
        return Tensor.of(hidden, targets, head.width()).to(head.dtype());
    }

    /**
     * log q or log r [positions, vocabulary], from logits or log-probabilities at temperature 1. That of an impossible token is
     * finite, so that it adds nothing to what both hold impossible.
     */
    Tensor tempered(Tensor logits) {
        return (temperature == 1 ? logits : logits.times(1 / temperature))
                .logSoftmax(1)
                .atLeastInPlace(IMPOSSIBLE);
    }

    /**
     * The divergence [positions, 1].
     *
     * @param own log q
     * @param other log r
     */
    Tensor of(Tensor own, Tensor other) {
        if (beta == 0) {
            return kullbackLeibler(other, own);
        }
        if (beta == 1) {
            return kullbackLeibler(own, other);
        }
        Tensor middle = middle(own, other);
        return kullbackLeibler(other, middle)
                .times(beta)
                .plus(kullbackLeibler(own, middle).times(1 - beta));
    }

    /**
     * Its derivative with respect to the model's logits [positions, vocabulary]: {@code (q − r)/T} for β = 0, else {@code
     * w·q·(log(q/m) − KL(q‖m))/T} with w = 1 − β; for β = 1, m = r and w = 1. (The derivatives of both divergences by m
     * cancel.)
     */
    Tensor gradient(Tensor own, Tensor other) {
        if (beta == 0) {
            return own.exp().minusInPlace(other.exp()).timesInPlace(1 / temperature);
        }
        Tensor ratio = own.minus(beta == 1 ? other : middle(own, other));
        Tensor q = own.exp();
        Tensor mean = q.times(ratio).sum(1).view(-1, 1);
        double weight = beta == 1 ? 1 : 1 - beta;
        return ratio.minusInPlace(mean).timesInPlace(q).timesInPlace(weight / temperature);
    }

    /** log m, also where q and r are too small for their own exponentials. */
    private Tensor middle(Tensor own, Tensor other) {
        return own.plus(Math.log1p(-beta)).logAddExp(other.plus(Math.log(beta)));
    }

    /** KL(a‖b) of log-probabilities, for each row [positions, 1]. */
    private static Tensor kullbackLeibler(Tensor a, Tensor b) {
        return a.minus(b).timesInPlace(a.exp()).sum(1).view(-1, 1);
    }
}
