package dev.hone.objective;

import dev.hone.tensor.Tensor;

/** How far from the reference a policy is: what takes the place of a log-ratio in DPO (Wang et al., 2024, "f-DPO"). */
public enum Divergence {
    /** The log-ratio itself. */
    REVERSE_KL {
        @Override
        Tensor of(Tensor ratio) {
            return ratio;
        }
    },
    /** 1 − e^(−x). */
    FORWARD_KL {
        @Override
        Tensor of(Tensor ratio) {
            return Exponent.expMinusOne(ratio.negate()).negate();
        }
    },
    /** log 2 + log σ(x): Jensen-Shannon. */
    JS {
        @Override
        Tensor of(Tensor ratio) {
            return ratio.logSigmoid().plus(Math.log(2));
        }
    },
    /** (e^((a−1)x) − 1) / (a − 1), with a = ½. */
    ALPHA {
        private static final double A = 0.5;

        @Override
        Tensor of(Tensor ratio) {
            return Exponent.expMinusOne(ratio.times(A - 1)).times(1 / (A - 1));
        }
    };

    abstract Tensor of(Tensor ratio);
}
