package dev.hone.recipes.tour;

import dev.hone.report.MetricsRow;
import dev.hone.report.Table;
import java.nio.file.Path;
import java.util.List;

/**
 * The results of a tour.
 *
 * @param before the base's answers to the held-out instructions
 * @param after the fine-tuned model's
 * @param fromScratch those of a model that was trained on the same instructions from scratch, for the same time
 * @param scorecard what fine-tuning gained and lost, by purpose
 * @param parameters of the model
 * @param trained of them or beside them, what fine-tuning changed
 * @param adapterBytes size of the adapter on disk
 * @param seconds training took
 * @param tokens training read
 * @param tuning steps of the fine-tuning
 * @param fromScratchSteps steps of the training from scratch
 */
public record TourResults(
        List<TourAnswer> before,
        List<TourAnswer> after,
        List<TourAnswer> fromScratch,
        Table scorecard,
        long parameters,
        long trained,
        long adapterBytes,
        double seconds,
        long tokens,
        List<MetricsRow> tuning,
        List<MetricsRow> fromScratchSteps,
        Path adapter) {
    public TourResults {
        before = List.copyOf(before);
        after = List.copyOf(after);
        fromScratch = List.copyOf(fromScratch);
        tuning = List.copyOf(tuning);
        fromScratchSteps = List.copyOf(fromScratchSteps);
    }

    /** How many answers of a group are right; the empty name stands for all. */
    static long right(List<TourAnswer> answers, String group) {
        return answers.stream()
                .filter(a -> a.right() && a.group().startsWith(group))
                .count();
    }

    static long count(List<TourAnswer> answers, String group) {
        return answers.stream().filter(a -> a.group().startsWith(group)).count();
    }
}
