package dev.hone.objective;

import dev.hone.tensor.Tensor;

/**
 * The range in which exponentials are taken, so that a loss and its gradient stay finite in float32 whatever a policy's
 * log-probabilities are. Numbers within the range keep every bit; beyond it an exponential keeps its last value and has no gradient.
 */
final class Exponent {
    /** e⁸⁰ = 5.5e34: below the end of float32 (e^88.7) by a factor that leaves room for a sum of pairs and a weight. */
    static final double LARGEST = 80;

    /** −2⁻²⁴: a probability nearer to 1 than this is 1 in float32. */
    static final double CERTAIN = -0x1p-24;

    private Exponent() {}

    /** e^z with an end. */
    static Tensor exp(Tensor z) {
        return z.atMost(LARGEST).exp();
    }

    /** e^z − 1 with an end, exact near zero. */
    static Tensor expMinusOne(Tensor z) {
        return z.atMost(LARGEST).expMinusOne();
    }
}
