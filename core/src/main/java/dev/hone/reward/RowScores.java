package dev.hone.reward;

import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.util.List;

/** Scores of one reward where a reward that fails ends the work, with the row that it failed on. */
public final class RowScores {
    private RowScores() {}

    /**
     * The scores of a task's completions, NaN where the reward has no judgement.
     *
     * @param place where the task stands, for messages
     * @throws DataException if the task lacks what the reward needs
     * @throws TrainingException if the reward fails, or gives a wrong number of scores or an infinite one
     */
    public static List<Double> of(Reward reward, Task task, List<Completion> completions, String place) {
        List<Double> scores;
        try {
            scores = reward.scores(task, completions);
        } catch (TrainingException e) {
            throw new TrainingException(place + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DataException(place + ": " + e.getMessage(), e);
        }
        if (scores.size() != completions.size()) {
            throw new TrainingException(place + ": the reward gave " + scores.size() + " scores of "
                    + completions.size() + " completions, so that none can be told whose it is");
        }
        for (int i = 0; i < scores.size(); i++) {
            if (Double.isInfinite(scores.get(i))) {
                throw new TrainingException(place + ": the reward gave completion " + i + " the score " + scores.get(i)
                        + "; a score is a finite number, or NaN where there is no judgement");
            }
        }
        return scores;
    }

    /** The same where every completion has to be judged; {@link TrainingException} with the row where one is not. */
    public static List<Double> ofAll(Reward reward, Task task, List<Completion> completions, String place) {
        List<Double> scores = of(reward, task, completions, place);
        for (int i = 0; i < scores.size(); i++) {
            if (scores.get(i).isNaN()) {
                throw new TrainingException(place + ": the reward has no judgement of answer " + i
                        + ", and a measurement needs one of every row; leave the row out, or take another reward");
            }
        }
        return scores;
    }
}
