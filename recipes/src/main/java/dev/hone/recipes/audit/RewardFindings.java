package dev.hone.recipes.audit;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What an audit found about one reward.
 *
 * @param acceptedFrom the lowest score that counts as accepted
 * @param forms in the order in which they were tried
 * @param unreadable what was said about each row that lacks what the reward needs, with its line: there a run would end
 * @param milliseconds the mean time of a score
 */
public record RewardFindings(
        String reward, double acceptedFrom, List<FormResult> forms, List<String> unreadable, double milliseconds) {
    public RewardFindings {
        forms = List.copyOf(forms);
        unreadable = List.copyOf(unreadable);
    }

    /** The share of right completions that it refused; 0 where none was tried. */
    public double falseNegatives() {
        return share(true, FormResult::wrong);
    }

    /** The share of wrong completions that it accepted. */
    public double falsePositives() {
        return share(false, FormResult::wrong);
    }

    /** The share of all completions that it gave no score. */
    public double unscored() {
        return sum(true, FormResult::unscored) + sum(false, FormResult::unscored) == 0
                ? 0
                : (sum(true, FormResult::unscored) + sum(false, FormResult::unscored))
                        / (double) (sum(true, FormResult::tried) + sum(false, FormResult::tried));
    }

    /** Whether a share is above its limit, or a row cannot be judged at all; what has no score counts as refused. */
    public boolean exceeds(AuditLimits limits) {
        return !unreadable.isEmpty()
                || falseNegatives() > limits.falseNegatives()
                || falsePositives() > limits.falsePositives()
                || unscored() > limits.falseNegatives();
    }

    private double share(boolean right, ToIntFunction<FormResult> of) {
        long tried = sum(right, FormResult::tried);
        return tried == 0 ? 0 : sum(right, of) / (double) tried;
    }

    private long sum(boolean right, ToIntFunction<FormResult> of) {
        return forms.stream()
                .filter(form -> form.right() == right)
                .mapToLong(form -> of.applyAsInt(form))
                .sum();
    }
}
