package dev.hone.reward;

import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reward that a class of the user's computes; see {@link UserObject} for what it has to be. */
public final class JavaReward implements Reward {
    private final UserObject<Reward> reward;

    private JavaReward(UserObject<Reward> reward) {
        this.reward = reward;
    }

    /** Refuses what cannot be opened, by {@link IllegalArgumentException}; nothing of the class is run. */
    public static void check(String name, @Nullable String text) {
        UserObject.check(Reward.class, name, text);
    }

    /**
     * Makes one.
     *
     * @param text what its {@code of} is given; null: its constructor makes it
     * @param timeout how long the scores of a group, or of one completion alone, may take at most
     * @throws IllegalArgumentException if the class is not as wanted
     * @throws TrainingException if it cannot be made
     */
    public static JavaReward open(String name, @Nullable String text, Duration timeout) {
        return new JavaReward(UserObject.open(Reward.class, "reward", name, text, timeout));
    }

    @Override
    public double score(Task task, Completion completion) {
        return reward.call(own -> own.score(task, completion));
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        return reward.call(own -> own.scores(task, completions));
    }

    @Override
    public void close() {
        reward.close();
        reward.object().close();
    }
}
