package dev.hone.model;

import dev.hone.model.layer.Activation;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/** What an MLP makes of its gate g and of its other map's u, entry by entry: {@code f(g) · u}, or gpt-oss's function of both. */
record GateFunction(Activation activation) {
    private static final double LIMIT = 7;
    private static final double SLOPE = 1.702;

    /** A slope that makes a step of the part of a line that is above zero. */
    private static final double STEEP = 1e30;

    /** Gradients of g and u. */
    record Gradients(Tensor gate, Tensor up) {}

    Tensor apply(Tensor g, Tensor u) {
        return switch (activation) {
            case SILU -> g.silu().times(u);
            case GELU_TANH -> g.geluTanh().times(u);
            case CLAMPED -> {
                Tensor low = g.atMost(LIMIT);
                yield within(u).plus(1).times(low.times(low.times(SLOPE).logistic()));
            }
        };
    }

    private static Tensor within(Tensor u) {
        return u.atMost(LIMIT).negate().atMost(LIMIT).negate();
    }

    /**
     * Backward, outside of any graph; entries beyond a limit have none.
     *
     * @param gradient of the product; may be overwritten
     */
    Gradients backward(Tensor g, Tensor u, Tensor gradient) {
        if (activation == Activation.CLAMPED) {
            return clamped(g.to(DType.F32), u.to(DType.F32), gradient);
        }
        boolean isSilu = activation == Activation.SILU;
        Tensor toUp = (isSilu ? g.silu() : g.geluTanh()).timesInPlace(gradient);
        Tensor toActivated = gradient.timesInPlace(u);
        return new Gradients(isSilu ? g.siluGradient(toActivated) : g.geluTanhGradient(toActivated), toUp);
    }

    private static Gradients clamped(Tensor g, Tensor u, Tensor gradient) {
        Tensor low = g.atMost(LIMIT);
        Tensor s = low.times(SLOPE).logistic();
        Tensor wide = gradient.to(DType.F32);
        Tensor slope = s.plus(low.times(s).times(s.negate().plus(1)).times(SLOPE));
        Tensor toGate = wide.times(within(u).plus(1)).times(slope).times(below(g));
        Tensor toUp = wide.times(low.times(s)).times(below(u.abs()));
        return new Gradients(toGate.to(gradient.dtype()), toUp.to(gradient.dtype()));
    }

    /** 1 where an entry is below the limit, else 0. */
    private static Tensor below(Tensor x) {
        return x.negate().plus(LIMIT).relu().times(STEEP).atMost(1);
    }
}
