package dev.hone.recipes.audit;

import static dev.hone.error.Require.require;

/**
 * How often a reward may be wrong.
 *
 * @param falseNegatives the share of right completions that it may refuse, or give no score
 * @param falsePositives the share of wrong completions that it may accept
 */
public record AuditLimits(double falseNegatives, double falsePositives) {
    /** One in twenty right ones refused, one in a hundred wrong ones accepted. */
    public static final AuditLimits USUAL = new AuditLimits(0.05, 0.01);

    public AuditLimits {
        require(falseNegatives >= 0 && falseNegatives <= 1, "falseNegatives (%s) must be from 0 to 1", falseNegatives);
        require(falsePositives >= 0 && falsePositives <= 1, "falsePositives (%s) must be from 0 to 1", falsePositives);
    }
}
