package dev.hone.recipes.train;

import static dev.hone.error.Require.require;

import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.train.RowLoss;
import dev.hone.train.StepReport;
import dev.hone.train.Trainer;
import dev.hone.train.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A test that a set-up can learn at all: a few of a run's rows, trained on again and again with the run's own model, adapter,
 * method and learning rate. What cannot overfit a few rows will not learn many. Nothing is kept.
 */
public final class Overfit {
    /** Rows that a set-up has to overfit. */
    public static final int ROWS = 8;

    /** The number of steps it may take. */
    private static final int STEPS = 100;

    /** How long it may take, if that comes first. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** The share of the loss that may be left. */
    private static final double HALF = 0.5;

    private Overfit() {}

    /**
     * The result.
     *
     * @param losses of the steps that were made
     * @param rows with the loss each has alone at the end
     */
    public record OverfitResult(List<Double> losses, List<RowLoss> rows) {
        public double before() {
            return losses.get(0);
        }

        public double after() {
            return losses.get(losses.size() - 1);
        }

        /** Whether at most half of the loss is left, which is what it takes to be sure that something is being learned. */
        public boolean learned() {
            return after() <= before() * HALF;
        }

        /** The verdict, in one line. */
        public String describe() {
            String fell = String.format(
                    Locale.ROOT, "%d rows, %d steps: loss %.4f → %.4f", rows.size(), losses.size(), before(), after());
            return learned()
                    ? fell + "; the set-up learns"
                    : fell + ", more than half of it is left. A learning rate that is too small or far too large, rows"
                            + " that contradict each other, or too little time: see the rows with ./hone render";
        }
    }

    /** Trains on them for a hundred steps or a minute, whichever ends first, or until the observer asks to stop. */
    public static OverfitResult of(RunFile file, RunObserver observer) {
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(file)) {
            RunPolicy policy = RunPolicy.open(file, language);
            observer.say(policy.describe());
            PreparedRun run = PreparedRun.ofFewRows(file, policy, language, ROWS, STEPS, observer);
            Trainer trainer = run.trainer(file.training().hyperparameters().constant());
            List<Double> losses = new ArrayList<>();
            long end = System.nanoTime() + LIMIT.toNanos();
            try (RunObserver.Work work = observer.begin("overfitting", "tok", STEPS, 0)) {
                trainer.listen(new TrainingListener() {
                            private long tokens;

                            @Override
                            public void stepped(StepReport report) {
                                tokens += report.tokens();
                                losses.add(report.loss());
                                work.report(
                                        report.step(), tokens, String.format(Locale.ROOT, "loss %.4f", report.loss()));
                            }
                        })
                        .run(
                                run.data().loader(),
                                () -> losses.size() == STEPS - 1
                                        || !losses.isEmpty() && System.nanoTime() > end
                                        || observer.getAsBoolean());
            }
            require(!losses.isEmpty(), "stopped before the first step");
            var last = trainer.preview(run.data().loader()); // the loss after the last update
            losses.add(last.metrics().loss());
            return new OverfitResult(losses, last.rows());
        }
    }
}
