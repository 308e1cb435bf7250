package dev.hone.objective;

/** What a {@link ClippedPolicy} makes of a sampled token's ratio ρ and advantage A, and what the sum of it is divided by. */
public enum PolicyLoss {
    /** The clipped ratio times −A; the mean over each row, then over rows (Shao et al., 2024, equation 3). Short rows count more by the token. */
    GRPO(Denominator.ROWS),
    /** The same over the tokens of a step: {@link #DAPO}, since a step's denominators are those of all its micro-batches. */
    BNPO(Denominator.TOKENS),
    /** The same, its sum divided by rows and the longest a completion may be (Liu et al., 2025). */
    DR_GRPO(Denominator.LONGEST_ROWS),
    /** The same, the mean over the tokens of a step (Yu et al., 2025, equation 8). */
    DAPO(Denominator.TOKENS),
    /**
     * {@code −min(ρ, high)·A·ln π}, the factor a constant: a clipped token weighs less and still learns (MiniMax, 2025, equation 4).
     * This is truncated importance sampling; the mean over tokens.
     */
    CISPO(Denominator.TOKENS),
    /**
     * {@code −A·σ(τ(ρ − 1))·4/τ}, with τ 1 where A is positive and 1.05 elsewhere: a clip without an edge (Gao et al., 2025); the
     * mean over each row, then over rows.
     */
    SAPO(Denominator.ROWS),
    /**
     * {@code −φ·A·ln π} with the constant {@code φ = w^k·e^(λ(1 − w))} of the product w of a row's ratios; (k, λ) is (2, 3), or
     * (3, 2) where A is negative (VESPO: Shen et al., 2026); the mean over tokens.
     */
    VESPO(Denominator.TOKENS),
    /** The clipped ratio of the row times −A, summed over its tokens; the mean over rows. Long rows count more. */
    LUSPO(Denominator.ROWS),
    /**
     * {@code −A·ρ + 10⁻³·(ln ρ)²}, without the first part where the probability itself, π − μ, has moved too far: a ratio says much of a
     * rare token and little of a likely one (DPPO: arXiv 2602.04879); the mean over tokens.
     */
    DPPO(Denominator.TOKENS);

    /** What a sum over tokens is divided by; all are counted over the whole step. */
    enum Denominator {
        /** The weight of the trained tokens. */
        TOKENS,
        /** The rows, those without a trained token among them. */
        ROWS,
        /** The rows times the longest a completion may be. */
        LONGEST_ROWS
    }

    final Denominator denominator;

    PolicyLoss(Denominator denominator) {
        this.denominator = denominator;
    }

    /** Whether tokens count by their share of their row, so that each row counts the same. */
    boolean averagesRows() {
        return this == GRPO || this == SAPO;
    }

    /** Whether {@code clip} has a say. */
    boolean clips() {
        return clipsRatios() || this == CISPO || this == DPPO;
    }

    /** Whether it is the clipped ratio times −A. */
    boolean clipsRatios() {
        return this == GRPO || this == BNPO || this == DR_GRPO || this == DAPO || this == LUSPO;
    }
}
