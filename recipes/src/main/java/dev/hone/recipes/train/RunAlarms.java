package dev.hone.recipes.train;

import dev.hone.recipes.alarm.Alarm;
import dev.hone.recipes.alarm.RolloutAlarms;
import dev.hone.recipes.alarm.StepStatistics;
import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsRow;
import dev.hone.train.Progress;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import dev.hone.train.ValidationResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The alarms of a run that learns from rollouts: they are said when they are raised, kept for the run's page, and end the run where its
 * file says so. What they see are the run's metrics, so that a run that is resumed raises the same ones.
 */
final class RunAlarms implements TrainingListener {
    private final RolloutAlarms alarms;
    private final RunObserver observer;
    private final List<StepStatistics> steps = new ArrayList<>();
    private final List<StepStatistics> validations = new ArrayList<>();
    private final List<Alarm> raised = new ArrayList<>();

    private RunAlarms(RolloutAlarms alarms, RunObserver observer) {
        this.alarms = alarms;
        this.observer = observer;
    }

    /**
     * Alarms that have seen the steps of a run so far.
     *
     * @param before rows of its metrics up to the step it resumes after
     */
    static RunAlarms of(RunFile file, List<MetricsRow> before, RunObserver observer) {
        RunAlarms alarms = new RunAlarms(new RolloutAlarms(file.alarms(), file.rewards()), observer);
        for (MetricsRow row : before) {
            Map<String, Double> values = new HashMap<>();
            row.values().forEach((name, value) -> values.put(name, value.doubleValue()));
            alarms.see(row.step(), values);
            alarms.validated(row.step(), values);
        }
        return alarms;
    }

    @Override
    public void stepped(StepReport report) {
        int known = raised.size();
        see(report.step(), report.metrics().measures());
        raised.subList(known, raised.size()).forEach(alarm -> observer.say(alarm.text()));
    }

    @Override
    public void evaluated(Progress progress, ValidationResult result) {
        int known = raised.size();
        validated(progress.step(), GuardMeasures.of(result).values());
        raised.subList(known, raised.size()).forEach(alarm -> observer.say(alarm.text()));
    }

    private void validated(long step, Map<String, Double> measures) {
        if (measures.containsKey(StepStatistics.HELD_OUT)) {
            validations.add(new StepStatistics(step, measures));
            raised.addAll(alarms.afterValidation(validations));
        }
    }

    private void see(long step, Map<String, Double> measures) {
        Map<String, Double> values = new HashMap<>(measures);
        if (!values.containsKey(StepStatistics.REWARD)) { // a later pass: the policy is no longer the one that sampled
            Double moved = values.remove(StepStatistics.MISMATCH);
            if (moved != null) {
                values.put(StepStatistics.STEP_KL, moved);
            }
        }
        steps.add(new StepStatistics(step, values));
        raised.addAll(alarms.after(steps));
    }

    @Override
    public void rolledBack(Progress progress) {
        steps.removeIf(one -> one.step() > progress.step());
        validations.removeIf(one -> one.step() > progress.step());
        raised.removeIf(alarm -> alarm.step() > progress.step());
    }

    /** Whether one of them ends the run. */
    boolean stop() {
        return raised.stream().anyMatch(Alarm::stops);
    }

    /** Those that end the run. */
    List<Alarm> stopping() {
        return raised.stream().filter(Alarm::stops).toList();
    }

    /** All that were raised, each in a line. */
    List<String> lines() {
        return raised.stream().map(Alarm::text).toList();
    }
}
