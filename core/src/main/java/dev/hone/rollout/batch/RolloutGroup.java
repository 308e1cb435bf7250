package dev.hone.rollout.batch;

import dev.hone.rollout.Advantage;
import java.util.List;

/**
 * The rollouts of one prompt, which are judged against each other.
 *
 * @param id names it in a file of rollouts
 * @param place where its prompt stands, for messages
 */
public record RolloutGroup(String id, String place, List<Rollout> rollouts) {
    public RolloutGroup {
        rollouts = List.copyOf(rollouts);
        if (rollouts.isEmpty()) {
            throw new IllegalArgumentException("group " + id + " has no rollout");
        }
    }

    /** The same with other rollouts, in the same order. */
    public RolloutGroup with(List<Rollout> others) {
        return new RolloutGroup(id, place, others);
    }

    /** The same under another name. */
    RolloutGroup named(String other) {
        return new RolloutGroup(other, place, rollouts);
    }

    public int size() {
        return rollouts.size();
    }

    /** The rewards in order; NaN where nothing judged. */
    public double[] rewards() {
        return rollouts.stream()
                .mapToDouble(rollout -> rollout.score().reward())
                .toArray();
    }

    /** The rewards, each less what the distance to the reference costs: {@code R − β·Σ(ln μ − ln ref)}. */
    public double[] rewardsLessDistance(double beta) {
        return rollouts.stream()
                .mapToDouble(rollout -> Advantage.lessDistance(
                        rollout.score().reward(),
                        beta,
                        rollout.atSampled(rollout.logProbabilities()),
                        rollout.referenceAtSampled()))
                .toArray();
    }

    /** What one of several rewards said, in order; NaN where it did not judge. */
    public double[] parts(String name) {
        return rollouts.stream()
                .mapToDouble(rollout -> rollout.score().parts().getOrDefault(name, Double.NaN))
                .toArray();
    }

    /** Whether all that were judged have one reward, so that a mean of the group tells them apart in nothing. */
    public boolean isEven() {
        return !Advantage.isUneven(rewards());
    }
}
