package dev.hone.recipes.plan;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.OfflineSource;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.train.StepTimer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures how fast a machine does the work of a run, on the real model and some of its real steps: a first one that is not
 * counted, then as many as fit into some seconds, at least one. It leaves no trace.
 */
public final class SpeedCalibration {
    private static final double SECONDS = 10;
    private static final int MOST_STEPS = 50;
    private static final int WRITTEN = 32 << 20;

    private final StepTimer timer;
    private final Flops work;
    private final int workers;

    /**
     * @param workers micro-batches that are computed side by side
     */
    public SpeedCalibration(StepTimer timer, ModelConfig model, int workers) {
        this.timer = timer;
        this.work = Flops.of(model);
        this.workers = workers;
    }

    /**
     * @param heldOut batches that are measured; may be empty
     * @param folder on the disk that states go to
     */
    public Speed measure(OfflineSource loader, List<Batch> heldOut, Path folder) {
        timer.learn(part(loader.step(0)).subList(0, 1));
        timer.update();
        double seconds = 0;
        double annotating = 0;
        double done = 0;
        long steps = Math.min(loader.steps(), MOST_STEPS);
        for (long i = 0; i < steps && (i == 0 || seconds + annotating < SECONDS); i++) {
            List<Batch> batches = part(loader.step((2 * i + 1) * loader.steps() / (2 * steps)));
            seconds += timer.learn(batches);
            annotating += timer.annotate(batches);
            done += work(batches);
        }
        double update = timer.update();
        double training = done / seconds;
        return new Speed(training, measuring(heldOut, training), done / annotating, update, writing(folder));
    }

    /** A step's micro-batches, as many as are computed at once. */
    private List<Batch> part(List<Batch> step) {
        List<Batch> trained =
                step.stream().filter(batch -> batch.targets().count() > 0).toList();
        return workers > 1 ? trained : trained.subList(0, 1);
    }

    private double measuring(List<Batch> heldOut, double training) {
        if (heldOut.isEmpty()) {
            return 3 * training; // the forward pass alone
        }
        List<Batch> one = List.of(heldOut.get(heldOut.size() / 2));
        return work(one) / timer.measure(one);
    }

    private long work(List<Batch> batches) {
        return StepSizes.loads(batches).stream().mapToLong(work::of).sum();
    }

    private static double writing(Path folder) {
        Path file = folder.resolve("calibration.tmp");
        try {
            Files.createDirectories(folder);
            long started = System.nanoTime();
            AtomicFiles.write(file, channel -> AtomicFiles.put(channel, ByteBuffer.allocateDirect(WRITTEN)));
            double seconds = (System.nanoTime() - started) / 1e9;
            Files.delete(file);
            return WRITTEN / seconds;
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }
}
