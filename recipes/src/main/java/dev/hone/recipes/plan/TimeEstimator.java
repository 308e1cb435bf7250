package dev.hone.recipes.plan;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.method.ReferenceTime;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.TrainingData;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.train.ReferenceModel;
import dev.hone.train.StepTimer;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How long a run takes, told after some seconds of its own work. */
final class TimeEstimator {
    private TimeEstimator() {}

    /**
     * @param reference annotates rows that have not been annotated; null: none is needed
     * @param before seconds that passed before this
     * @param folder on the disk that states go to
     */
    static TimeEstimate measure(
            ResourceEstimate needs,
            RunPolicy student,
            TrainingData lesson,
            @Nullable ReferenceModel reference,
            double before,
            Path folder) {
        long started = System.nanoTime();
        RunFile file = needs.file();
        TrainingSettings training = file.training();
        ModelConfig model = student.learner().model().config();
        Speed speed;
        try (StepTimer rehearsal = new StepTimer(
                student.learner(), lesson.objective(), training.hyperparameters().optimizer(), reference)) {
            speed = new SpeedCalibration(rehearsal, model, needs.memory().workers())
                    .measure(lesson.course(), lesson.heldOut(), folder);
        }
        double spent = training.length().minutes() == null ? 0 : (System.nanoTime() - started) / 1e9;
        Flops work = Flops.of(model);
        double ofStep = needs.survey().meanOfStep(work::of);
        double annotation = ofStep / speed.annotating();
        boolean first = file.method().reference() == ReferenceTime.PRECOMPUTED;
        double heldOut = needs.measured().stream().mapToLong(work::of).sum() / speed.measuring();
        return new TimeEstimate(
                before + spent + (first ? annotation * needs.rows().stepsOfEpoch(file) : 0),
                ofStep / speed.learning() + speed.update() + (first ? 0 : annotation),
                heldOut,
                needs.memory().stateBytes() / speed.writing(),
                resultBytes(needs) / speed.writing(),
                training.hyperparameters().evaluateEvery(),
                training.hyperparameters().checkpointEvery());
    }

    /** What the model or adapter takes on disk; of a model, in the type it came in. */
    static long resultBytes(ResourceEstimate needs) {
        String stored = needs.memory().model().dtype();
        boolean narrow = needs.file().adapter() == null && (stored.equals("bfloat16") || stored.equals("float16"));
        return needs.memory().learned() * (narrow ? 2L : 4L);
    }

    /** Chooses the number of steps that ends near a time, once for a run, and says so. */
    static long steps(double minutes, ResourceEstimate needs, TimeEstimate pace, RunObserver watcher) {
        long most = needs.survey().steps();
        long steps = pace.stepsIn(60 * minutes, most);
        watcher.say(String.format(
                Locale.ROOT,
                "%s minutes: %,d steps of %.2f s, %.2f epochs%s",
                plain(minutes),
                steps,
                pace.step(),
                needs.epochs(steps),
                steps == most
                        ? "; more than " + TrainingData.MOST_EPOCHS + " would teach nothing, so about "
                                + plain(Math.rint(pace.seconds(steps) / 6) / 10) + " minutes are enough"
                        : ""));
        return steps;
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** The mean size of a step in tokens. */
    static double tokensPerStep(ResourceEstimate needs) {
        return needs.survey().meanOfStep(BatchSize::tokens);
    }
}
