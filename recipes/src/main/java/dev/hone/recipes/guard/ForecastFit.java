package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.report.Interval;
import dev.hone.report.LeastSquares;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.Table.Tone;
import dev.hone.train.Forecast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How well the forecast foretold what several runs lost: a line fitted to the share of a retention measure that each had lost at its end, over
 * its forecast there. A run is foretold by the line of all others, so that none speaks for itself.
 *
 * @param measure the name of the retention measure
 */
public record ForecastFit(String measure, List<RunPoint> runs, LeastSquares line) {
    /** Fewer leave no line for the others. */
    private static final int FEWEST = 4;

    /**
     * The end of a run.
     *
     * @param kl its forecast, in nats a token
     * @param lost the share of the measure that it lost
     */
    public record RunPoint(Path run, double kl, double lost) {}

    public ForecastFit {
        runs = List.copyOf(runs);
    }

    /**
     * Reads the ends of runs and fits the line.
     *
     * @param measure the name of a retention measure that all of them have
     * @throws DataException where a run has no forecast or not that measure, or there are too few runs
     */
    public static ForecastFit of(List<Path> folders, String measure) {
        return fit(measure, folders.stream().map(run -> end(run, measure)).toList());
    }

    static ForecastFit fit(String measure, List<RunPoint> runs) {
        if (runs.size() < FEWEST) {
            throw new DataException("a fit needs at least " + FEWEST + " runs (" + runs.size()
                    + "), each foretold by the line of the others; name more folders");
        }
        try {
            return new ForecastFit(measure, runs, line(runs));
        } catch (IllegalArgumentException e) {
            throw new DataException("no line can be fitted: " + e.getMessage(), e);
        }
    }

    private static RunPoint end(Path run, String measure) {
        Path file = RunDirectory.metrics(run);
        try {
            List<MetricsRow> rows = MetricsFile.read(file);
            for (int i = rows.size() - 1; i >= 0; i--) {
                double kl = rows.get(i).value(Forecast.NAME);
                double lost = rows.get(i)
                        .value(GuardMeasures.PREFIX + GuardMeasures.RETENTION + measure + "/" + MeasuredTask.LOST);
                if (Double.isFinite(kl) && Double.isFinite(lost)) {
                    return new RunPoint(run, kl, lost);
                }
            }
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + "); name the folders of runs", e);
        }
        throw new DataException(file + ": has no row with " + Forecast.NAME + " and " + GuardMeasures.RETENTION
                + measure + "; the run needs guards.forecast and a measure of that name in guards.retention");
    }

    private static LeastSquares line(List<RunPoint> runs) {
        return LeastSquares.of(
                runs.stream().mapToDouble(RunPoint::kl).toArray(),
                runs.stream().mapToDouble(RunPoint::lost).toArray());
    }

    /** Where the line of the other runs expects a run, in 95 of 100 cases; empty where they have one forecast and no line. */
    Optional<Interval> foretold(RunPoint run) {
        List<RunPoint> others = new ArrayList<>(runs);
        others.remove(run);
        try {
            return Optional.of(line(others).prediction(run.kl()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The runs outside of what the others foretell. */
    public List<RunPoint> failures() {
        return runs.stream()
                .filter(run ->
                        foretold(run).filter(at -> !at.contains(run.lost())).isPresent())
                .toList();
    }

    /** Run by run: its forecast, what it lost, and what the others foretell. */
    public Table table() {
        Table table = Table.of(
                Column.text("run"),
                Column.number("KL"),
                Column.number("lost, %"),
                Column.number("foretold by the others, %"),
                Column.text(""));
        List<RunPoint> outside = failures();
        for (RunPoint run : runs) {
            String at = foretold(run)
                    .map(i -> String.format(Locale.ROOT, "%.2f to %.2f", 100 * i.low(), 100 * i.high()))
                    .orElse("-");
            Cell verdict = outside.contains(run) ? Cell.text("outside").toned(Tone.BAD) : Cell.text("");
            table = table.row(
                    Cell.text(run.run().toString()),
                    Cell.number(run.kl(), 4),
                    Cell.number(100 * run.lost(), 2),
                    Cell.text(at),
                    verdict);
        }
        return table;
    }

    /** The line, in words. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "%s: lost = %.3f %% + %.3f %% · KL, R² = %.3f over %d runs; %d of them lie outside of what the others"
                        + " foretell (95 %%)",
                measure,
                100 * line.intercept(),
                100 * line.slope(),
                line.rSquared(),
                runs.size(),
                failures().size());
    }

    /** All of it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("measure", measure)
                .put("intercept", line.intercept())
                .put("slope", line.slope())
                .put("r-squared", line.rSquared());
        List<RunPoint> outside = failures();
        for (RunPoint run : runs) {
            ObjectNode one = json.withArray("runs")
                    .addObject()
                    .put("run", run.run().toString())
                    .put("kl", run.kl())
                    .put("lost", run.lost());
            foretold(run).ifPresent(at -> one.put("low", at.low()).put("high", at.high()));
            one.put("outside", outside.contains(run));
        }
        return json;
    }
}
