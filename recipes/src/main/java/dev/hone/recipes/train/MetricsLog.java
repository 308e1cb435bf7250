package dev.hone.recipes.train;

import dev.hone.error.TrainingException;
import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.recipes.prepare.SourceShares;
import dev.hone.recipes.prepare.TrainingData;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Curve;
import dev.hone.report.Curves;
import dev.hone.report.EventFile;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.report.Plot;
import dev.hone.train.Forecast;
import dev.hone.train.Progress;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import dev.hone.train.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log of a run: {@code metrics.jsonl} with each step exactly once, TensorBoard events, PNG curves, and
 * a progress line. A step's row waits for its evaluation, so that both stand in one object.
 */
final class MetricsLog implements TrainingListener, AutoCloseable {
    private final RunDirectory run;
    private final RunObserver observer;
    private final RunObserver.Work work;
    private final SourceShares shares;
    private MetricsFile metrics;
    private EventFile events;
    private final Map<String, Number> row = new LinkedHashMap<>();
    private long step;
    private long tokens;
    private String known = "";

    private MetricsLog(
            RunDirectory run,
            RunObserver observer,
            RunObserver.Work work,
            MetricsFile metrics,
            EventFile events,
            SourceShares shares) {
        this.run = run;
        this.observer = observer;
        this.work = work;
        this.metrics = metrics;
        this.events = events;
        this.shares = shares;
    }

    /** Opens the log of a run that starts or is resumed at some progress. */
    static MetricsLog open(RunDirectory run, RunObserver observer, String label, Progress progress, TrainingData data) {
        long from = progress.step();
        try {
            Files.createDirectories(run.events());
            MetricsFile metrics = MetricsFile.resume(run.metrics(), from);
            MetricsLog log = new MetricsLog(
                    run,
                    observer,
                    observer.begin(label, "tok", data.loader().steps(), from),
                    metrics,
                    EventFile.resume(run.events(), progress.unmeasured() ? from : from + 1, InstantSource.system()),
                    data.shares());
            log.step = from;
            if (progress.unmeasured()) {
                metrics.last().ifPresent(last -> log.row.putAll(last.values()));
            }
            return log;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void stepped(StepReport report) {
        write();
        step = report.step();
        tokens += report.tokens();
        row.put("loss", report.loss());
        row.put("grad-norm", report.gradientNorm());
        row.put("learning-rate", report.learningRate());
        row.put("tokens", report.tokens());
        row.put("trained", report.trainedTokens());
        row.put("seconds", report.seconds());
        row.putAll(report.metrics().measures());
        row.putAll(shares.at(step));
        work.report(step, tokens, String.format(Locale.ROOT, "loss %.4f", report.loss()) + known);
    }

    @Override
    public void evaluated(Progress progress, ValidationResult result) {
        Map<String, Double> found = GuardMeasures.of(result).values();
        row.putAll(found);
        known = fact("held out", found.get(Baseline.LOSS)) + fact("kl", found.get(Forecast.NAME));
    }

    private static String fact(String name, @Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "  %s %.4f", name, value);
    }

    /** What the steps since have left is put aside, so that the log has each step of the run once. */
    @Override
    public void rolledBack(Progress progress) {
        write();
        long to = progress.step();
        try {
            metrics.close();
            List<MetricsRow> undone = MetricsFile.read(run.metrics()).stream()
                    .filter(one -> one.step() > to)
                    .toList();
            Path aside = run.undone(step);
            Files.deleteIfExists(aside);
            try (MetricsFile rows = MetricsFile.create(aside)) {
                for (MetricsRow one : undone) {
                    rows.append(one);
                }
            }
            metrics = MetricsFile.resume(run.metrics(), to);
            events.close();
            events = EventFile.resume(run.events(), to + 1, InstantSource.system());
        } catch (IOException e) {
            throw failed(e);
        }
        step = to;
        known = "";
    }

    @Override
    public void checkpointing(Progress progress) {
        write();
        try {
            metrics.flush();
            events.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void write() {
        if (row.isEmpty()) {
            return;
        }
        try {
            MetricsRow whole = new MetricsRow(step, row);
            if (metrics.lastStep() == step) { // written before its evaluation, which was interrupted
                metrics.amend(whole);
            } else {
                metrics.append(whole);
            }
            events.scalars(step, row);
            row.clear();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try (work;
                MetricsFile rows = metrics;
                EventFile scalars = events) {
            write();
            if (!observer.getAsBoolean()) { // an interrupted run draws nothing: Java's imaging cannot start at shutdown
                draw();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void draw() throws IOException {
        List<MetricsRow> rows = MetricsFile.read(run.metrics());
        if (rows.size() < 2) {
            return;
        }
        Files.createDirectories(run.curves());
        Curve training = Curve.of("training", rows, "loss");
        Curve held = Curve.of("held out", rows, "evaluation-loss");
        Curves.save(
                held.points().isEmpty() ? Plot.of("Loss", "loss", training) : Plot.of("Loss", "loss", training, held),
                run.curves().resolve("loss.png"));
        for (GuardCurve guard : GuardCurve.of(rows)) {
            Curves.save(guard.plot(), run.curves().resolve(guard.file()));
        }
        Curves.save(
                Plot.of("Learning rate", "learning rate", Curve.of("learning rate", rows, "learning-rate"))
                        .smoothed(0),
                run.curves().resolve("learning-rate.png"));
        Curves.save(
                Plot.of("Gradient norm", "norm", Curve.of("before clipping", rows, "grad-norm")),
                run.curves().resolve("gradient-norm.png"));
    }

    private static TrainingException failed(IOException e) {
        return new TrainingException("the run's metrics cannot be written (" + e.getMessage() + ")", e);
    }
}
