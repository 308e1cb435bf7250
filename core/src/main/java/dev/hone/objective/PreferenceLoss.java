package dev.hone.objective;

import dev.hone.tensor.Tensor;

/**
 * The losses by which a policy can be made to prefer one answer over another, all in terms of how much likelier it finds each
 * answer than the reference does. One number a pair.
 *
 * <p>Notation: c and r are the log-ratios of the chosen and the rejected answer, Δ = c − r, n_c and n_r their lengths in
 * tokens, ε the share of pairs whose label is wrong, σ the logistic function.
 */
public enum PreferenceLoss {
    /** −log σ(βΔ): DPO (Rafailov et al., 2023, equation 7). */
    SIGMOID {
        @Override
        Tensor of(Ratios x) {
            return x.margin().logSigmoid().negate();
        }
    },
    /** Both orders, weighted by how often the label is right: cDPO (Mitchell, 2023). */
    CDPO {
        @Override
        Tensor of(Ratios x) {
            return conservative(x.margin(), x.smoothing());
        }
    },
    /** Unbiased under wrong labels (Chowdhury et al., 2024). */
    ROBUST {
        @Override
        Tensor of(Ratios x) {
            Tensor right = x.margin().logSigmoid().times(-(1 - x.smoothing()));
            Tensor wrong = x.margin().negate().logSigmoid().times(x.smoothing());
            return right.plus(wrong).times(1 / (1 - 2 * x.smoothing()));
        }
    },
    /** max(0, 1 − βΔ): SLiC (Zhao et al., 2023). */
    HINGE {
        @Override
        Tensor of(Ratios x) {
            return x.margin().negate().plus(1).relu();
        }
    },
    /** cDPO of the difference between both models' margins, each ranked by itself over the step: AOT (Melnyk et al., 2024). */
    AOT {
        @Override
        Tensor of(Ratios x) {
            Tensor aligned =
                    x.chosen().minus(x.rejected()).minus(Tensor.of(x.partners().margin()));
            return conservative(aligned.times(x.beta()), x.smoothing());
        }
    },
    /**
     * cDPO of the difference between chosen and rejected log-ratios, each ranked by itself over the step: unpaired AOT (Melnyk
     * et al., 2024). A difference belongs to two pairs; each gets half its loss, and the gradient of its own side.
     */
    AOT_UNPAIRED {
        @Override
        Tensor of(Ratios x) {
            Tensor ofChosen =
                    x.chosen().minus(Tensor.of(x.partners().rejected())).times(x.beta());
            Tensor ofRejected =
                    Tensor.of(x.partners().chosen()).minus(x.rejected()).times(x.beta());
            Tensor twice = conservative(ofChosen, x.smoothing()).plus(conservative(ofRejected, x.smoothing()));
            return twice.minus(twice.detach().times(0.5));
        }
    },
    /** A squared distance to the margin 1/2β of mean log-ratios: IPO (Azar et al., 2023, equation 17). */
    IPO {
        @Override
        Tensor of(Ratios x) {
            return x.meanDelta().plus(-1 / (2 * x.beta())).square();
        }
    },
    /** Reverse KL to the labels' distribution: EXO (Ji et al., 2024, equation 16). */
    EXO_PAIR {
        @Override
        Tensor of(Ratios x) {
            Tensor z = x.margin();
            Tensor right = z.sigmoid().times(z.logSigmoid().plus(-Math.log(1 - x.smoothing())));
            Tensor wrong = z.negate().sigmoid().times(z.negate().logSigmoid().plus(-Math.log(x.smoothing())));
            return right.plus(wrong);
        }
    },
    /** Rewards as they are, not their difference alone: NCA (Chen et al., 2024). */
    NCA_PAIR {
        @Override
        Tensor of(Ratios x) {
            Tensor both = x.reward(x.chosen())
                    .negate()
                    .logSigmoid()
                    .plus(x.reward(x.rejected()).negate().logSigmoid());
            return x.reward(x.chosen()).logSigmoid().negate().minus(both.times(0.5));
        }
    },
    /** A classifier of good and bad answers, for pairs and without a shift: BCO (Jung et al., 2024). */
    BCO_PAIR {
        @Override
        Tensor of(Ratios x) {
            return x.reward(x.chosen())
                    .logSigmoid()
                    .plus(x.reward(x.rejected()).negate().logSigmoid())
                    .negate();
        }
    },
    /** Each log-ratio drawn to ±1/2β: SPPO with certain labels (Wu et al., 2024). */
    SPPO_HARD {
        @Override
        Tensor of(Ratios x) {
            double goal = 1 / (2 * x.beta());
            return x.chosen().plus(-goal).square().plus(x.rejected().plus(goal).square());
        }
    },
    /** Raises chosen and lowers rejected answers: APO-zero (D'Oosterlinck et al., 2024). */
    APO_ZERO {
        @Override
        Tensor of(Ratios x) {
            return x.reward(x.rejected())
                    .sigmoid()
                    .minus(x.reward(x.chosen()).sigmoid())
                    .plus(1);
        }
    },
    /** Lowers both, rejected answers more: APO-down (D'Oosterlinck et al., 2024). */
    APO_DOWN {
        @Override
        Tensor of(Ratios x) {
            return x.reward(x.chosen())
                    .sigmoid()
                    .minus(x.reward(x.chosen().minus(x.rejected())).sigmoid())
                    .plus(1);
        }
    },
    /** A mixture of logistic and exponential loss that a search found: DiscoPOP (Lu et al., 2024). */
    DISCOPOP {
        private static final double TEMPERATURE = 0.05;

        @Override
        Tensor of(Ratios x) {
            Tensor z = x.margin();
            Tensor gate = z.times(1 / TEMPERATURE).sigmoid();
            Tensor logistic = z.logSigmoid().negate();
            return logistic.plus(gate.times(Exponent.exp(z.negate()).minus(logistic)));
        }
    },
    /** DPO on mean log-ratios, which long answers cannot win by length (Meng et al., 2024, section 4). */
    SIGMOID_NORM {
        @Override
        Tensor of(Ratios x) {
            return x.meanDelta().times(x.beta()).logSigmoid().negate();
        }
    };

    /** The loss of each pair [pairs]. */
    abstract Tensor of(Ratios x);

    boolean needsSmoothing() {
        return this == EXO_PAIR;
    }

    /** Whether it compares the pairs of a step with each other. */
    boolean needsFirstPass() {
        return this == AOT || this == AOT_UNPAIRED;
    }

    private static Tensor conservative(Tensor margin, double smoothing) {
        return margin.logSigmoid()
                .times(-(1 - smoothing))
                .minus(margin.negate().logSigmoid().times(smoothing));
    }

    /**
     * What a loss is made of.
     *
     * @param chosen c [pairs]
     * @param rejected r [pairs]
     * @param delta Δ, or what a divergence other than the reverse KL makes of it [pairs]
     * @param meanDelta c/n_c − r/n_r [pairs]
     * @param partners the numbers of the same rank, for losses that see the whole step
     */
    record Ratios(
            Tensor chosen,
            Tensor rejected,
            Tensor delta,
            Tensor meanDelta,
            double beta,
            double smoothing,
            Quantiles.Partners partners) {
        Tensor margin() {
            return delta.times(beta);
        }

        Tensor reward(Tensor ratio) {
            return ratio.times(beta);
        }
    }
}
