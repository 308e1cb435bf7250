package dev.hone.reward.shape;

import static dev.hone.error.Require.require;

import java.util.List;

/**
 * Whether longer completions of the same prompt earn more: Pearson's correlation of reward and length, each as its difference from the
 * group's mean, over all groups. How hard a prompt is does not count.
 */
public final class LengthCorrelation {
    private LengthCorrelation() {}

    /**
     * From −1 to 1; NaN where either does not vary within any group.
     *
     * @param rewards of each group's completions; one that is NaN is left out
     * @param lengths in the same order
     */
    public static double of(List<double[]> rewards, List<int[]> lengths) {
        require(rewards.size() == lengths.size(), "%d groups, but %d of lengths", rewards.size(), lengths.size());
        double both = 0;
        double ofReward = 0;
        double ofLength = 0;
        for (int group = 0; group < rewards.size(); group++) {
            double[] reward = rewards.get(group);
            int[] length = lengths.get(group);
            double rewardSum = 0;
            double lengthSum = 0;
            int known = 0;
            for (int i = 0; i < reward.length; i++) {
                if (!Double.isNaN(reward[i])) {
                    rewardSum += reward[i];
                    lengthSum += length[i];
                    known++;
                }
            }
            for (int i = 0; i < reward.length; i++) {
                if (!Double.isNaN(reward[i])) {
                    double r = reward[i] - rewardSum / known;
                    double l = length[i] - lengthSum / known;
                    both += r * l;
                    ofReward += r * r;
                    ofLength += l * l;
                }
            }
        }
        return ofReward > 0 && ofLength > 0 ? both / Math.sqrt(ofReward * ofLength) : Double.NaN;
    }
}
