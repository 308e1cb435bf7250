package dev.hone.recipes.run;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Problem;
import dev.hone.recipes.method.DpoSettings;
import dev.hone.recipes.method.KtoSettings;
import dev.hone.recipes.method.ReferenceSettings;
import dev.hone.train.Hyperparameters;
import dev.hone.train.ReferenceModel;
import dev.hone.train.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The number of a run's steps, and what of its settings it leaves without a chance: learning rates that are all zero, an early
 * stop or another reference that would come after the last step.
 *
 * @param steps updates of the whole run, at least 1
 */
public record RunLength(RunFile file, long steps) {
    /** An update of AdamW moves each weight by up to the rate. */
    private static final double LARGEST_USEFUL_RATE = 1;

    /** A setting that a run of this length cannot do anything with. */
    public record Misfit(String key, String why) {
        @Override
        public String toString() {
            return key + " " + why;
        }
    }

    /**
     * Returns what the run may start with and its user should know.
     *
     * @throws ConfigurationException with what it must not start with, by line
     */
    public List<String> admit(Configured<RunFile> configured) {
        List<Problem> problems = refused().stream()
                .map(misfit -> new Problem(configured.origin(misfit.key()), misfit.toString()))
                .toList();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return remarks();
    }

    /** What a run of this length must not start with. */
    public List<Misfit> refused() {
        List<Misfit> misfits = new ArrayList<>();
        Hyperparameters plan = file.training().hyperparameters();
        if (plan.largestRate(steps) == 0) {
            misfits.add(zeroRates(plan));
        }
        if (plan.earlyStop() != null && file.data().evaluate() != null && plan.evaluateEvery() >= steps) {
            misfits.add(new Misfit(
                    "training.early-stop",
                    "has no effect: training.evaluate-every (" + plan.evaluateEvery() + ") is not below the run's "
                            + steps
                            + " steps, so that it is measured once, at its end; lower that, or leave this out"));
        }
        ReferenceModel.Synchronisation following = synchronisation();
        if (following != null && following.every() >= steps) {
            misfits.add(new Misfit(
                    file.method().label() + ".synchronise",
                    "has no effect: it is due every " + following.every() + " steps and the run has " + steps
                            + "; lower every, or leave it out"));
        }
        return misfits;
    }

    private Misfit zeroRates(Hyperparameters plan) {
        if ((float) plan.learningRate() == 0) {
            return new Misfit(
                    "training.learning-rate",
                    "(" + plan.learningRate() + ") is 0 in float32, so that nothing would be learned; 2e-4 is usual for"
                            + " adapters, 2e-5 where every weight is trained");
        }
        Schedule schedule = plan.schedule();
        String of = steps == 1 ? "the run's only step" : "all of the run's " + steps + " steps";
        boolean warms = schedule.warmUpSteps(steps) >= steps;
        return new Misfit(
                warms ? "training.schedule.warmup" : "training.schedule",
                (warms ? "(" + schedule.warmup() + ") " : "") + "leaves a learning rate of 0 in " + of
                        + ", so that nothing would be learned; take kind constant, a shorter warm-up, or more steps");
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        Hyperparameters plan = file.training().hyperparameters();
        if (plan.largestRate(steps) > LARGEST_USEFUL_RATE) {
            remarks.add("training.learning-rate: " + plan.learningRate()
                    + " is far more than any weight is large, so that a"
                    + " few updates leave nothing of the model; 2e-4 is usual for adapters, 2e-5 where every weight is"
                    + " trained, less for preferences");
        }
        long warm = plan.schedule().warmUpSteps(steps);
        if (warm >= steps && plan.largestRate(steps) > 0 && warm > 1) {
            remarks.add("training.schedule.warmup: the rate rises for " + warm + " steps and the run ends after "
                    + steps + ", before it gets to training.learning-rate");
        }
        Hyperparameters.EarlyStop stop = plan.earlyStop();
        if (stop != null && plan.evaluateEvery() > 0) {
            long measured = (steps - 1) / plan.evaluateEvery(); // before the last step, after which the run ends anyway
            if (measured > 0 && measured <= stop.patience()) {
                remarks.add("training.early-stop: a patience of " + stop.patience() + " cannot run out, as the run is"
                        + " measured only " + measured + " times before its last step");
            }
        }
        return remarks;
    }

    private ReferenceModel.@Nullable Synchronisation synchronisation() {
        ReferenceSettings comparison = file.method() instanceof DpoSettings dpo
                ? dpo.comparison()
                : file.method() instanceof KtoSettings kto ? kto.comparison() : null;
        return comparison == null ? null : comparison.synchronise();
    }
}
