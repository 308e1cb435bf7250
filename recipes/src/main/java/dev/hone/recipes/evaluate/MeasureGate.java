package dev.hone.recipes.evaluate;

/**
 * A gate on one of the numbers of a task's result. Immutable.
 *
 * @param measure which one, as {@link EvaluationResult#measure(String)} names it; empty: the number that the result comes down to
 */
public record MeasureGate(String measure, Gate gate) {
    /** What a judgement calls it. */
    public String title(EvaluationTask task) {
        return measure.isEmpty() ? task.title() : task.title() + ", " + measure;
    }
}
