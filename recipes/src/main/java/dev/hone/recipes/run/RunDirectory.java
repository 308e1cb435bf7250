package dev.hone.recipes.run;

import dev.hone.checkpoint.Fingerprint;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.settings.ResolvedSettings;
import dev.hone.train.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The folder of a run, and the truth about it:
 *
 * <pre>
 *   run.yaml            the configuration as written       metrics.jsonl   one object a step
 *   run-resolved.yaml   with every default and its origin  curves/         PNG plots
 *   checkpoints/        states to resume from             events/         for TensorBoard
 *   best/               lowest held-out loss               final/          the result
 *   manifest.json       what the result was made from    finished        once nothing is left to do
 *   reference/          the reference's numbers of the rows, for methods that compare with one
 *   bad-batch-812.json  the rows of a step with a numerical fault, if there was one
 *   decided.json        start values: what "auto" became when the run began
 *   baseline.json       held-out measures before the first step    report.html   what the run gained, as a page
 * </pre>
 *
 * <p>One process writes to it at a time. A folder that holds an unfinished run of the same configuration is resumed; one
 * of another configuration is refused. However its process ended, the run can be resumed: every file and every
 * folder in it appears whole or not at all, and {@code metrics.jsonl} is truncated to the state that is resumed from.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String WRITTEN = "run.yaml";
    private static final String RESOLVED = "run-resolved.yaml";
    private static final String SAVE_TYPE = "save-type";

    private final Path folder;
    private final Configured<RunFile> configured;
    private final FolderLock lock;

    private RunDirectory(Path folder, Configured<RunFile> configured, FolderLock lock) {
        this.folder = folder;
        this.configured = configured;
        this.lock = lock;
    }

    /** Opens the folder for a run, making it if need be. */
    public static RunDirectory open(Path folder, Settings settings, Configured<RunFile> configured) {
        RunDirectory run = new RunDirectory(folder, configured, FolderLock.take(folder, "run"));
        try {
            run.take(settings);
            return run;
        } catch (IOException e) {
            run.close();
            throw new CheckpointException(folder + ": cannot be used for a run (" + e.getMessage() + ")", e);
        }
    }

    private void take(Settings settings) throws IOException {
        Path resolved = folder.resolve(RESOLVED);
        if (Files.exists(resolved)) {
            if (Files.exists(finished())) {
                close();
                throw new ConfigurationException("output (" + folder
                        + ") holds a finished run; choose another output, or" + " delete the folder");
            }
            String before = Files.readString(resolved);
            List<String> changed = ResolvedSettings.changed(before, configured.toYaml());
            if (begun() && !changed.isEmpty()) {
                close();
                throw new ConfigurationException("output (" + folder + ") holds an unfinished run with other settings ("
                        + changed.stream().limit(5).collect(Collectors.joining("; "))
                        + "); choose another output, delete the folder, or set them back to resume");
            }
            if (begun() && !ResolvedSettings.has(before, SAVE_TYPE)) {
                decided().put(StartValues.SAVE_AS_BASE, 1);
            }
        }
        AtomicFolder.repair(best());
        AtomicFolder.repair(result());
        if (!begun()) {
            Files.deleteIfExists(decided().file());
        }
        AtomicFiles.write(folder.resolve(WRITTEN), settings.written());
        AtomicFiles.write(resolved, configured.toYaml());
    }

    /** Whether there is a state to resume from. */
    public boolean begun() {
        return Files.exists(metrics()) || Files.exists(folder.resolve("checkpoints"));
    }

    /** The start values of the run. */
    public StartValues decided() {
        return decided(folder);
    }

    public static StartValues decided(Path folder) {
        return new StartValues(folder.resolve("decided.json"));
    }

    public Path folder() {
        return folder;
    }

    /** The configuration of a folder's run, with every default. */
    public static Path resolved(Path folder) {
        return folder.resolve(RESOLVED);
    }

    /** States to resume from, of which the last {@code keep} are kept. */
    public StateFiles states(int keep, RunObserver observer) {
        return states(folder, keep, observer);
    }

    public static StateFiles states(Path folder, int keep, RunObserver observer) {
        return new StateFiles(folder.resolve("checkpoints"), keep, observer::say);
    }

    /** What the result is made from. */
    public Path manifest() {
        return manifest(folder);
    }

    public static Path manifest(Path folder) {
        return folder.resolve("manifest.json");
    }

    /** The result of the run whose manifest this is. */
    public static Path result(Path manifest) {
        return manifest.resolveSibling("final");
    }

    /** Begins to read what the run is made from. */
    public InputHashes hashes() {
        return Provenance.hashesOf(configured);
    }

    /**
     * Notes what the run is made from; one that is resumed must find what it began with.
     *
     * @throws ConfigurationException if an input has changed since the run began
     */
    public Provenance provenance(Fingerprint readWith, InputHashes hashes) {
        Provenance now = Provenance.of(manifest(), configured, readWith, hashes);
        return begun() ? now.after(manifest()) : now;
    }

    /** The reference's numbers of the run's rows. */
    public Path reference() {
        return reference(folder);
    }

    public static Path reference(Path folder) {
        return folder.resolve("reference");
    }

    public Path metrics() {
        return metrics(folder);
    }

    public static Path metrics(Path folder) {
        return folder.resolve("metrics.jsonl");
    }

    public Path events() {
        return folder.resolve("events");
    }

    public Path curves() {
        return folder.resolve("curves");
    }

    /** What the run's validations found before its first step. */
    public Path baseline() {
        return folder.resolve("baseline.json");
    }

    /** The page about the run. */
    public Path report() {
        return folder.resolve("report.html");
    }

    /** The calibration of a reward model on held-out pairs. */
    public Path calibration() {
        return folder.resolve("calibration.json");
    }

    /** The model or adapter with the lowest held-out loss. */
    public Path best() {
        return folder.resolve("best");
    }

    /** The result. */
    public Path result() {
        return folder.resolve("final");
    }

    private Path finished() {
        return finished(folder);
    }

    private static Path finished(Path folder) {
        return folder.resolve("finished");
    }

    /** Whether a folder holds a run that came to its end. */
    public static boolean isFinished(Path folder) {
        return Files.exists(finished(folder));
    }

    /** Notes that nothing is left to do here. */
    public void finish() {
        try {
            AtomicFiles.write(finished(), "");
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
