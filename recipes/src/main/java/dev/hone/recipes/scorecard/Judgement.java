package dev.hone.recipes.scorecard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Gate;
import dev.hone.recipes.evaluate.MeasureGate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model met the gate of a task.
 *
 * @param row the model, as the scorecard names it
 * @param title that of the task
 */
public record Judgement(String row, String title, Gate.Verdict verdict) {
    /**
     * The gates of some tasks for a row of a scorecard; those without a result are left out.
     *
     * @param before the row that it is compared with; null: none
     */
    public static List<Judgement> of(
            Scorecard scores, String row, @Nullable String before, List<EvaluationTask> tasks) {
        List<Judgement> judged = new ArrayList<>();
        for (EvaluationTask task : tasks) {
            Optional<EvaluationResult> now = scores.result(row, task);
            Optional<EvaluationResult> earlier = scores.result(before, task);
            for (MeasureGate on : now.isPresent() ? task.gates() : List.<MeasureGate>of()) {
                judged.add(new Judgement(
                        row,
                        on.title(task),
                        on.gate()
                                .judge(
                                        now.get().measure(on.measure()),
                                        earlier.map(one -> one.measure(on.measure()))
                                                .orElse(null))));
            }
        }
        return judged;
    }

    /** Whether every gate was met. */
    public static boolean hold(List<Judgement> all) {
        return all.stream().allMatch(one -> one.verdict().holds());
    }

    /** In a line. */
    public String line() {
        return (verdict.holds() ? "passed: " : "FAILED: ") + title + " of " + row + ": " + verdict.sentence();
    }

    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("stage", row)
                .put("task", title)
                .put("holds", verdict.holds())
                .put("sentence", verdict.sentence());
    }
}
