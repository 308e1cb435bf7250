package dev.hone.recipes.alarm;

import java.util.Map;

/**
 * What is known of the rollouts of a step, by the names that metrics have. A number that is not there, or is NaN, is one that was not
 * measured, and alarms that need it stay silent.
 *
 * @param step its number
 */
public record StepStatistics(long step, Map<String, Double> values) {
    /** The mean reward; with a slash and a name behind it, that of one reward before its weight. */
    public static final String REWARD = "reward";
    /** The mean number of tokens of a completion. */
    public static final String LENGTH = "completion-tokens";
    /** How reward and length go together within groups; see {@link dev.hone.reward.shape.LengthCorrelation}. */
    public static final String LENGTH_CORRELATION = "reward-length";
    /** The share of groups without variance. */
    public static final String EVEN_GROUPS = "advantage-zero-groups";
    /** The mean entropy of the policy at a target, in nats. */
    public static final String ENTROPY = "entropy";
    /** In a further pass over rollouts: the mean of k3 between the policy by then and the one that sampled, an estimate of KL(μ‖π). */
    public static final String STEP_KL = "step-kl";
    /**
     * The same in the first pass: what sampling and training disagree by, or of recorded rollouts how far the policy is from the one that
     * sampled them.
     */
    public static final String MISMATCH = "mismatch";
    /** The mean share of n-grams that have stood in their completion before. */
    public static final String REPETITION = "repetition";
    /** The share of completions that were cut. */
    public static final String CUT = "cut";
    /** The share of completions without a score. */
    public static final String UNJUDGED = "unjudged";

    public StepStatistics {
        values = Map.copyOf(values);
    }

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** The mean reward of held-out prompts, of steps after which the run was validated. */
    public static final String HELD_OUT = "evaluation/" + REWARD;

    /** Behind the name of what is measured on held-out prompts: the lower end of its interval. */
    static final String LOW = "/low";

    /** The upper end. */
    static final String HIGH = "/high";

    /** One reward on held-out prompts. */
    static String heldOut(String name) {
        return "evaluation/part/" + name;
    }

    static String reward(String name) {
        return REWARD + "/" + name;
    }
}
