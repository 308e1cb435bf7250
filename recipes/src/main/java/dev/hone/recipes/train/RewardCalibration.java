package dev.hone.recipes.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.evaluate.Calibration;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The calibration of a trained reward model on held-out pairs: measured at the end of a run and written to its folder. Reports
 * nothing for a model that predicts tokens.
 */
final class RewardCalibration implements RunReport {
    private static final int BINS = 10;

    private final RunPolicy policy;
    private final List<Batch> heldOut;
    private final Path file;

    /**
     * @param heldOut pairs
     * @param file where it is written as JSON
     */
    RewardCalibration(RunPolicy policy, List<Batch> heldOut, Path file) {
        this.policy = policy;
        this.heldOut = List.copyOf(heldOut);
        this.file = file;
    }

    @Override
    public List<String> verdict() {
        if (!policy.scoresTexts()) {
            return List.of();
        }
        if (heldOut.isEmpty()) {
            return List.of("no pairs were held out, so its accuracy is unknown; set data.evaluate");
        }
        Calibration measured;
        try {
            measured = Calibration.of(policy.policy().model(), policy.policy().adapter(), heldOut, BINS);
        } catch (IllegalArgumentException e) { // the validation has told the rows
            return List.of("its accuracy on held-out pairs is unknown: " + e.getMessage());
        }
        save(measured);
        return List.of(describe(measured));
    }

    /** Writes it as JSON, bin by bin. */
    private void save(Calibration measured) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("pairs", measured.pairs())
                .put("right", measured.right())
                .put("calibration-error", measured.error());
        for (Calibration.Bin bin : measured.bins()) {
            json.withArray("bins")
                    .addObject()
                    .put("from", bin.from())
                    .put("to", bin.to())
                    .put("pairs", bin.pairs())
                    .put("confidence", bin.confidence())
                    .put("accuracy", bin.accuracy());
        }
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    private static String describe(Calibration measured) {
        Interval interval = Intervals.wilson(measured.right(), measured.pairs());
        return String.format(
                Locale.ROOT,
                "of %,d held-out pairs it prefers the chosen side in %.1f %% (%.1f-%.1f), and is off by %.3f in how sure it is",
                measured.pairs(),
                100 * measured.accuracy(),
                100 * interval.low(),
                100 * interval.high(),
                measured.error());
    }
}
