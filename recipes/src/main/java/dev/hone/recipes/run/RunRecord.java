package dev.hone.recipes.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.FolderChecksums;
import dev.hone.files.InputFile;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.train.Progress;
import dev.hone.train.StateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The metrics and the best weights of a run, which belong to its states: each state notes how long {@code metrics.jsonl} was and what was
 * in it, and what is in {@code best/}.
 *
 * <p>What is damaged is refused, so that a state before the damage is taken, or the run does not go on. What somebody deleted is told, and
 * the run goes on without it. For use by one thread.
 */
final class RunRecord implements StateFiles.Beside {
    private static final String METRICS = "metrics";
    private static final String BYTES = "bytes";
    private static final String CHECKSUM = "crc32c";
    private static final String BEST = "best";

    private final Path metrics;
    private final Path best;
    private final FolderLock lock;
    private final int checkpointEvery;
    private final Consumer<String> say;

    /**
     * @param checkpointEvery steps between states; 0: only one at the end
     * @param say is told what is lost
     */
    RunRecord(Path folder, FolderLock lock, int checkpointEvery, Consumer<String> say) {
        this.metrics = RunDirectory.metrics(folder);
        this.best = folder.resolve("best");
        this.lock = lock;
        this.checkpointEvery = checkpointEvery;
        this.say = say;
    }

    @Override
    public ObjectNode note(Progress progress) {
        lock.requireHeld();
        ObjectNode noted = JsonNodeFactory.instance.objectNode();
        try {
            if (Files.exists(metrics)) {
                byte[] content = Files.readAllBytes(metrics);
                // The row of a step whose evaluation is to be made is replaced by one with it.
                int end = progress.unmeasured() ? beforeLastRow(content) : content.length;
                noted.putObject(METRICS).put(BYTES, (long) end).put(CHECKSUM, checksum(content, end));
            }
            if (Files.isDirectory(best) && FolderChecksums.existIn(best)) {
                noted.put(BEST, FolderChecksums.digest(best));
            }
        } catch (IOException e) {
            throw new CheckpointException(metrics + ": cannot be read (" + e.getMessage() + ")", e);
        }
        return noted;
    }

    private static int beforeLastRow(byte[] content) {
        int at = content.length - 1;
        while (at > 0 && content[at - 1] != '\n') {
            at--;
        }
        return Math.max(0, at);
    }

    private static String checksum(byte[] content, int end) {
        CRC32C sum = new CRC32C();
        sum.update(content, 0, end);
        return String.format("%08x", sum.getValue());
    }

    @Override
    public Progress verify(Progress progress, JsonNode noted) {
        if (!Files.exists(metrics)) {
            if (progress.step() > 0) {
                say.accept(metrics + ": is gone, and with it the rows of steps 1 to " + progress.step()
                        + "; the run goes on without them");
            }
        } else if (noted.path(METRICS).isObject()) {
            verifyMetrics(progress, noted.path(METRICS));
        } else {
            verifyRows(progress);
        }
        return verifyBest(progress, noted.path(BEST));
    }

    private void verifyMetrics(Progress progress, JsonNode noted) {
        long expected = noted.path(BYTES).asLong();
        try (InputStream in = InputFile.stream(metrics)) {
            long size = Files.size(metrics);
            if (size < expected) {
                throw damaged(String.format(
                        Locale.ROOT,
                        "is %,d bytes shorter than when the state of step %d was saved; rows up to step %d are left",
                        expected - size,
                        progress.step(),
                        lastWholeStep()));
            }
            CRC32C sum = new CRC32C();
            byte[] buffer = new byte[1 << 16];
            for (long left = expected; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    break;
                }
                sum.update(buffer, 0, read);
                left -= read;
            }
            if (!String.format("%08x", sum.getValue())
                    .equals(noted.path(CHECKSUM).asText())) {
                throw damaged("has changed since the state of step " + progress.step() + " was saved");
            }
        } catch (IOException e) {
            throw damaged("cannot be read (" + e.getMessage() + ")");
        }
    }

    /** A state of an earlier version notes nothing: every step must have its row, up to the state's. */
    private void verifyRows(Progress progress) {
        try {
            List<MetricsRow> rows = MetricsFile.read(metrics);
            long before = rows.isEmpty() ? 0 : rows.get(0).step() - 1;
            for (MetricsRow row : rows) {
                if (row.step() > progress.step() && before >= progress.step()) {
                    break;
                }
                if (row.step() != before + 1) {
                    throw damaged("has no row of step " + (before + 1) + " (after that of step " + before
                            + " comes that" + " of step " + row.step() + ")");
                }
                before = row.step();
            }
            if (before < progress.step()) {
                throw damaged(
                        "has no rows after step " + before + ", and the state is that of step " + progress.step());
            }
        } catch (IOException e) {
            throw damaged("cannot be read (" + e.getMessage() + ")");
        }
    }

    private long lastWholeStep() {
        try {
            List<MetricsRow> rows = MetricsFile.read(metrics);
            return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).step();
        } catch (IOException e) {
            return 0;
        }
    }

    private CheckpointException damaged(String how) {
        return new CheckpointException(
                metrics + ": " + how + "; put it back as it was, or delete it to go on without its rows");
    }

    private Progress verifyBest(Progress progress, JsonNode noted) {
        Progress.Best value = progress.best();
        if (value == null || progress.bestStep() == 0 || progress.unmeasured() && progress.improved()) {
            return progress;
        }
        String held = String.format(
                Locale.ROOT,
                "it held the model of step %d, with the lowest held-out loss so far (%.4f)",
                progress.bestStep(),
                value.value());
        if (!Files.exists(best)) {
            say.accept(best + ": is gone; " + held + ". The best of the steps from here on is kept");
            return withoutBest(progress);
        }
        String way = "; " + held + ". Put it back as it was, or delete it to go on without it";
        if (!Files.isDirectory(best)) {
            throw new CheckpointException(best + ": is no folder any more" + way);
        }
        if (FolderChecksums.existIn(best)) {
            try {
                FolderChecksums.verify(best);
            } catch (CheckpointException e) {
                throw new CheckpointException(e.getMessage() + way, e);
            }
            if (noted.isTextual() && !isBest(noted.asText())) {
                // Of a step after the state, which the run comes to again and which is better, or of another run.
                say.accept(best + ": holds other weights than when the state of step " + progress.step()
                        + " was saved; " + held + ". The best of the steps from here on is kept");
                return withoutBest(progress);
            }
        } else if (noted.isTextual()) {
            throw new CheckpointException(best + ": has lost its checksums.json" + way);
        }
        return progress;
    }

    private boolean isBest(String digest) {
        try {
            return FolderChecksums.digest(best).equals(digest);
        } catch (IOException e) {
            throw new CheckpointException(best + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static Progress withoutBest(Progress progress) {
        return new Progress(progress.step(), progress.tokens(), null, 0, 0, progress.unmeasured());
    }

    @Override
    public void begins() {
        long rows = Files.exists(metrics) ? lastWholeStep() : 0;
        if (checkpointEvery > 0 && rows > checkpointEvery) {
            throw new CheckpointException(
                    metrics.resolveSibling("checkpoints") + ": holds no state, although " + metrics
                            + " has the steps up to " + rows + " and a state was saved every " + checkpointEvery
                            + "; put the states back, or delete the folder to begin again from the first step");
        } else if (rows > 0) {
            say.accept("no state was saved before the run ended after step " + rows
                    + "; it begins again from the first step");
        }
    }
}
