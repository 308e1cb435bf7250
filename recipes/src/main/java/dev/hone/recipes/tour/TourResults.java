package dev.hone.recipes.tour;

import dev.hone.evaluate.Exam;
import dev.hone.report.MetricsRow;
import java.nio.file.Path;
import java.util.List;

/**
 * What a tour measured.
 *
 * @param before the base's answers to the held-out instructions
 * @param after the fine-tuned model's
 * @param blank those of a model that learned the same instructions from nothing, for the same time
 * @param parameters of the model
 * @param trained of them or beside them, what fine-tuning changed
 * @param adapterBytes size of the adapter on disk
 * @param seconds training took
 * @param tokens training read
 * @param tuning steps of the fine-tuning
 * @param blankSteps steps of the training from blank
 */
public record TourResults(
        List<Exam.Answer> before,
        List<Exam.Answer> after,
        List<Exam.Answer> blank,
        long parameters,
        long trained,
        long adapterBytes,
        double seconds,
        long tokens,
        List<MetricsRow> tuning,
        List<MetricsRow> blankSteps,
        Path adapter) {
    public TourResults {
        before = List.copyOf(before);
        after = List.copyOf(after);
        blank = List.copyOf(blank);
        tuning = List.copyOf(tuning);
        blankSteps = List.copyOf(blankSteps);
    }

    /** How many answers of a group are right; the empty name stands for all. */
    static long right(List<Exam.Answer> answers, String group) {
        return answers.stream()
                .filter(a -> a.right() && a.question().group().startsWith(group))
                .count();
    }

    static long count(List<Exam.Answer> answers, String group) {
        return answers.stream()
                .filter(a -> a.question().group().startsWith(group))
                .count();
    }
}
