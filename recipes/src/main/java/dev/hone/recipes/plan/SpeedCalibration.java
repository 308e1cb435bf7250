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
 * counted, then as many as fit into some seconds, at least one. Nothing of it stays.
 */
public final class SpeedCalibration {
    private static final double SECONDS = 10;
    private static final int MOST_STEPS = 50;
    private static final int WRITTEN = 32 << 20;

    private final StepTimer rehearsal;
    private final Flops work;
    private final int workers;

    /**
     * @param workers micro-batches that are computed side by side
     */
    public SpeedCalibration(StepTimer rehearsal, ModelConfig model, int workers) {
        this.rehearsal = rehearsal;
        this.work = Flops.of(model);
        this.workers = workers;
    }

    /**
     * @param heldOut batches that are measured; may be empty
     * @param folder on the disk that states go to
     */
    public Speed measure(OfflineSource course, List<Batch> heldOut, Path folder) {
        rehearsal.learn(part(course.step(0)).subList(0, 1));
        rehearsal.update();
        double seconds = 0;
        double annotating = 0;
        double done = 0;
        long steps = Math.min(course.steps(), MOST_STEPS);
        for (long i = 0; i < steps && (i == 0 || seconds + annotating < SECONDS); i++) {
            List<Batch> batches = part(course.step((2 * i + 1) * course.steps() / (2 * steps)));
            seconds += rehearsal.learn(batches);
            annotating += rehearsal.annotate(batches);
            done += work(batches);
        }
        double update = rehearsal.update();
        double learning = done / seconds;
        return new Speed(learning, measuring(heldOut, learning), done / annotating, update, writing(folder));
    }

    /** A step's micro-batches, as many as are computed at once. */
    private List<Batch> part(List<Batch> step) {
        List<Batch> learned =
                step.stream().filter(batch -> batch.targets().count() > 0).toList();
        return workers > 1 ? learned : learned.subList(0, 1);
    }

    private double measuring(List<Batch> heldOut, double learning) {
        if (heldOut.isEmpty()) {
            return 3 * learning; // the way there alone
        }
        List<Batch> one = List.of(heldOut.get(heldOut.size() / 2));
        return work(one) / rehearsal.measure(one);
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
