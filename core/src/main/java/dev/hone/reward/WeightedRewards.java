package dev.hone.reward;

import static dev.hone.error.Require.require;

import dev.hone.error.HoneException;
import dev.hone.error.StoppedException;
import dev.hone.generate.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several rewards of one completion, and their weighted sum. For use by one thread.
 *
 * <p>A score that is missing is never a 0. A reward that has no judgement (NaN) is left out of the sum, which is NaN where all are. A
 * reward that fails, by an exception, a time-out, an infinite number or a wrong number of scores, makes the sum NaN, since what is left
 * would rank the completion wrongly; one of weight 0 does not. Each missing score is {@linkplain GroupScores#unjudged() reported}.
 * Where a group could not be scored at once, its completions are scored one by one, so that one of them does not take the others
 * along; after two more time-outs the rest is not waited for.
 *
 * @param rewards at least one, closed with this; names differ, weights are finite, and one is not 0
 */
public record WeightedRewards(List<Weighted> rewards) implements AutoCloseable {
    /**
     * A reward in the sum.
     *
     * @param name what its scores are called in metrics
     * @param weight 0: it is scored and reported, and not trained on
     */
    public record Weighted(String name, double weight, Reward reward) {
        public Weighted {
            require(Double.isFinite(weight), "weight (%s) of reward %s must be a finite number", weight, name);
        }
    }

    public WeightedRewards {
        rewards = List.copyOf(rewards);
        require(!rewards.isEmpty(), "rewards must name at least one");
        Set<String> names = new HashSet<>();
        for (Weighted each : rewards) {
            require(names.add(each.name()), "rewards have the name %s twice", each.name());
        }
        require(
                rewards.stream().anyMatch(each -> each.weight() != 0),
                "rewards all have the weight 0, so that there is nothing to learn from");
    }

    /** One reward as it is. */
    public static WeightedRewards of(String name, Reward reward) {
        return new WeightedRewards(List.of(new Weighted(name, 1, reward)));
    }

    /** The names of the rewards, in their order. */
    public List<String> names() {
        return rewards.stream().map(Weighted::name).toList();
    }

    /**
     * Scores the completions of one task.
     *
     * @throws IllegalArgumentException if the task lacks what a reward needs
     */
    public GroupScores score(Task task, List<Completion> completions) {
        List<GroupScores.Part> parts = new ArrayList<>();
        List<Unjudged> unjudged = new ArrayList<>();
        for (Weighted each : rewards) {
            double[] scores = new Asked(each.name(), each.reward(), task, completions, unjudged).scores();
            parts.add(new GroupScores.Part(each.name(), each.weight(), scores));
        }
        double[] totals = new double[completions.size()];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = total(parts, i);
        }
        for (Unjudged missing : unjudged) {
            if (missing.isFailure() && weight(missing.reward()) != 0) {
                totals[missing.sample()] = Double.NaN;
            }
        }
        return new GroupScores(totals, parts, unjudged);
    }

    private static double total(List<GroupScores.Part> parts, int completion) {
        double total = 0;
        boolean judged = false;
        for (GroupScores.Part part : parts) {
            double score = part.scores()[completion];
            if (part.weight() != 0 && !Double.isNaN(score)) {
                total += part.weight() * score;
                judged = true;
            }
        }
        return judged ? total : Double.NaN;
    }

    private double weight(String name) {
        return rewards.stream()
                .filter(each -> each.name().equals(name))
                .mapToDouble(Weighted::weight)
                .sum();
    }

    @Override
    public void close() {
        rewards.forEach(each -> each.reward().close());
    }

    /** One reward, asked about one group. */
    private record Asked(String name, Reward reward, Task task, List<Completion> completions, List<Unjudged> unjudged) {
        private static final int MOST_TIMEOUTS = 2;

        double[] scores() {
            double[] scores = new double[completions.size()];
            Arrays.fill(scores, Double.NaN);
            List<Double> found;
            try {
                found = reward.scores(task, completions);
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                passOn(e);
                return oneByOne(scores);
            }
            if (found == null || found.size() != scores.length) {
                all(
                        Unjudged.Cause.WRONG_COUNT,
                        (found == null ? "no list" : found.size() + " scores") + " of " + scores.length
                                + " completions");
                return scores;
            }
            for (int i = 0; i < scores.length; i++) {
                scores[i] = checked(i, found.get(i));
            }
            return scores;
        }

        private double[] oneByOne(double[] scores) {
            int timeouts = 0;
            for (int i = 0; i < scores.length; i++) {
                if (timeouts == MOST_TIMEOUTS) {
                    missing(i, Unjudged.Cause.TIMED_OUT, "not asked after two time-outs in its group");
                    continue;
                }
                try {
                    scores[i] = checked(i, reward.score(task, completions.get(i)));
                } catch (RewardTimeoutException e) {
                    timeouts++;
                    missing(i, Unjudged.Cause.TIMED_OUT, said(e));
                } catch (RuntimeException | StackOverflowError | LinkageError e) {
                    passOn(e);
                    missing(i, Unjudged.Cause.FAILED, said(e));
                }
            }
            return scores;
        }

        /** A task that lacks something is an error of the data, which no other completion would mend. */
        private static void passOn(Throwable thrown) {
            if (thrown.getClass() == IllegalArgumentException.class) {
                throw (IllegalArgumentException) thrown;
            } else if (thrown instanceof StoppedException stopped) {
                throw stopped;
            } else if (Thread.currentThread().isInterrupted() && thrown instanceof RuntimeException stopped) {
                throw stopped;
            }
        }

        private double checked(int sample, Double score) {
            if (score == null || score.isNaN()) {
                missing(sample, Unjudged.Cause.NO_JUDGEMENT, null);
            } else if (score.isInfinite()) {
                missing(sample, Unjudged.Cause.INFINITE, "score " + score);
            } else {
                return score;
            }
            return Double.NaN;
        }

        private void all(Unjudged.Cause cause, String message) {
            for (int i = 0; i < completions.size(); i++) {
                missing(i, cause, message);
            }
        }

        private void missing(int sample, Unjudged.Cause cause, @Nullable String message) {
            unjudged.add(new Unjudged(name, task.row(), sample, cause, message));
        }

        private static String said(Throwable thrown) {
            return thrown instanceof HoneException ? String.valueOf(thrown.getMessage()) : thrown.toString();
        }
    }
}
