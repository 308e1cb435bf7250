package dev.hone.recipes.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.evaluate.Calibration;
import dev.hone.files.JsonFiles;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a trained reward model is worth on held-out pairs.
 *
 * @param calibration null where nothing was held out
 */
record RewardCalibration(@Nullable Calibration calibration) {
    private static final int BINS = 10;

    static RewardCalibration of(Policy learner, List<Batch> heldOut) {
        return new RewardCalibration(
                heldOut.isEmpty() ? null : Calibration.of(learner.model(), learner.adapter(), heldOut, BINS));
    }

    /** Writes it as JSON, bin by bin. */
    void save(Path file) {
        Calibration measured = calibration;
        if (measured == null) {
            return;
        }
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

    /** The same in a line. */
    String verdict() {
        Calibration measured = calibration;
        if (measured == null) {
            return "no pairs were held out, so nothing is known of how well it judges; set data.evaluate";
        }
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
