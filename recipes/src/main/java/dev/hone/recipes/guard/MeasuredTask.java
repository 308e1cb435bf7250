package dev.hone.recipes.guard;

import dev.hone.error.StoppedException;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Measure;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Interval;
import dev.hone.train.Validation;
import dev.hone.train.ValidationResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation task as a measure of the policy while it is trained, in the process that trains it and with the weights as they are.
 * Beside its value it reports the ends of its interval, where that has a width, and how much was lost since before the run. For use by
 * one thread.
 */
final class MeasuredTask implements Validation {
    /** The share that is lost since before the run, relative to the value there; negative for a gain. */
    static final String LOST = "lost";

    /** What it reports beside its value. */
    static final Set<String> BESIDE = Set.of("low", "high", LOST);

    private final String name;
    private final EvaluationTask task;
    private final RunPolicy policy;
    private @Nullable Double before;
    private Direction direction = Direction.HIGHER_IS_BETTER; // until it has been measured

    /**
     * @param name in metrics
     */
    MeasuredTask(String name, EvaluationTask task, RunPolicy policy) {
        this.name = name;
        this.task = task;
        this.policy = policy;
    }

    EvaluationTask task() {
        return task;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    /** Counts what is lost from here on, in a run that is resumed; otherwise from the first measurement. */
    void countFrom(double value) {
        before = value;
    }

    @Override
    public ValidationResult measure(BooleanSupplier stop) {
        EvaluationResult result = task.evaluate(policy.view(task.template()), RunObserver.silent(stop))
                .orElseThrow(StoppedException::new);
        Measure now = result.measure();
        direction = now.direction();
        Double known = before;
        double first = known == null ? now.value() : known;
        before = first;
        Interval at = new Interval(first, first);
        Map<String, Double> beside = new LinkedHashMap<>();
        if (now.interval().low() < now.interval().high()) {
            beside.put("low", now.interval().low());
            beside.put("high", now.interval().high());
        }
        beside.put(LOST, now.lossFrom(new Measure(first, at, direction)));
        return new ValidationResult(name, now.value(), beside);
    }
}
