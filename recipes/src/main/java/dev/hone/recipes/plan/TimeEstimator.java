package dev.hone.recipes.plan;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.tensor.DType;
import dev.hone.train.ReferenceModel;
import dev.hone.train.StepTimer;
import java.nio.file.Path;
import java.util.Locale;

/** How long a run takes, measured on some seconds of its own steps. */
final class TimeEstimator {
    private TimeEstimator() {}

    /**
     * @param before seconds that passed before this
     * @param folder on the disk that states go to
     */
    static TimeEstimate measure(ResourceEstimate needs, PreparedRun run, double before, Path folder) {
        long started = System.nanoTime();
        RunFile file = needs.file();
        ReferenceModel pending = run.pending();
        TrainingSettings training = file.training();
        ModelConfig model = run.policy().policy().model().config();
        Speed speed;
        try (StepTimer timer = new StepTimer(
                run.policy().policy(),
                run.objective(),
                training.hyperparameters().optimizer(),
                pending == null ? run.reference() : pending)) {
            speed = new SpeedCalibration(timer, model, needs.memory().workers())
                    .measure(run.data().loader(), run.data().heldOut().batches(), folder);
        }
        double spent = training.length().minutes() == null ? 0 : (System.nanoTime() - started) / 1e9;
        Flops work = Flops.of(model);
        if (file.kind().isSampled()) {
            return sampled(needs, run, speed, before + spent, folder);
        }
        double ofStep = needs.survey().meanOfStep(work::of);
        double annotation = ofStep / speed.annotating();
        double heldOut = needs.measured().stream().mapToLong(work::of).sum() / speed.measuring();
        return new TimeEstimate(
                before + spent + (pending != null ? annotation * needs.rows().stepsOfEpoch(file) : 0),
                ofStep / speed.training() + speed.update() + (pending != null ? 0 : annotation),
                heldOut,
                needs.memory().stateBytes() / speed.writing(),
                resultBytes(needs) / speed.writing(),
                training.hyperparameters().evaluateEvery(),
                training.hyperparameters().checkpointEvery());
    }

    /** The same of a run that samples: its first cycles are sampled and judged, and the time of training is that of their rows. */
    private static TimeEstimate sampled(
            ResourceEstimate needs, PreparedRun run, Speed speed, double before, Path folder) {
        long started = System.nanoTime();
        RunFile file = needs.file();
        Flops work = Flops.of(run.policy().policy().model().config());
        SampledPace pace = SampledPace.measure(needs, run, folder);
        double training = pace.rows().stream().mapToLong(work::of).sum() / speed.training();
        double spent = file.training().length().minutes() == null ? 0 : (System.nanoTime() - started) / 1e9;
        return new TimeEstimate(
                before + spent,
                pace.seconds() + training + speed.update(),
                pace.heldOutSeconds(),
                needs.memory().stateBytes() / speed.writing(),
                resultBytes(needs) / speed.writing(),
                file.training().hyperparameters().evaluateEvery(),
                file.training().hyperparameters().checkpointEvery());
    }

    /** What the model or adapter takes on disk; of a model, in the type it is saved in. */
    static long resultBytes(ResourceEstimate needs) {
        DType base = CheckpointWriter.typeNamed(needs.memory().model().source().dtype());
        DType saved = needs.file().adapter() == null
                ? needs.file().training().saveType().of(base)
                : DType.F32;
        return needs.memory().trainedWeights() * saved.bytes();
    }

    /** Chooses the number of steps that ends near a time, once for a run, and reports it. */
    static long steps(double minutes, ResourceEstimate needs, TimeEstimate pace, RunObserver observer) {
        long most = needs.survey().steps();
        long steps = pace.stepsIn(60 * minutes, most);
        observer.say(String.format(
                Locale.ROOT,
                "%s minutes: %,d steps of %.2f s, %.2f epochs%s",
                plain(minutes),
                steps,
                pace.step(),
                needs.epochs(steps),
                steps == most
                        ? "; more than " + RunDatasets.MOST_EPOCHS + " would teach nothing, so about "
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
