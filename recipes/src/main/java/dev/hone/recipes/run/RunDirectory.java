package dev.hone.recipes.run;

import dev.hone.checkpoint.Fingerprint;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Problem;
import dev.hone.config.Settings;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.InputFile;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.settings.ResolvedSettings;
import dev.hone.train.Hyperparameters;
import dev.hone.train.Progress;
import dev.hone.train.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run, and the truth about it:
 *
 * <pre>
 *   run.yaml            the configuration as written       metrics.jsonl   one object a step
 *   run-resolved.yaml   with every default and its origin  curves/         PNG plots
 *   checkpoints/        states to resume from             events/         for TensorBoard
 *   best/               lowest held-out loss               final/          the result
 *   manifest.json       what the result was made from    finished        once nothing is left to do
 *   rollouts/             what the policy sampled, with rewards, for methods that learn from that
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
    private static final String WRITTEN = FolderClaim.WRITTEN;
    private static final String RESOLVED = FolderClaim.RESOLVED;
    private static final String SAVE_TYPE = "save-type";

    /** What the length of a run is written as; the only settings in which a run that is extended may differ. */
    private static final Pattern LENGTH = Pattern.compile("(epochs|steps|minutes): .*");

    private final Path folder;
    private final Settings settings;
    private final Configured<RunFile> configured;
    private final @Nullable FolderLock lock; // null: the folder is only looked at
    private final Set<String> remarks = new LinkedHashSet<>();
    private boolean extending;

    private RunDirectory(Path folder, Settings settings, Configured<RunFile> configured, @Nullable FolderLock lock) {
        this.folder = folder;
        this.settings = settings;
        this.configured = configured;
        this.lock = lock;
    }

    /** Opens the folder for a run, making it if need be. */
    public static RunDirectory open(Path folder, Settings settings, Configured<RunFile> configured) {
        return open(folder, settings, configured, false);
    }

    /** Opens the folder of a finished run that is to go on, with more steps or epochs and no other setting changed. */
    public static RunDirectory extend(Path folder, Settings settings, Configured<RunFile> configured) {
        return open(folder, settings, configured, true);
    }

    /** Why {@link #open} would refuse the folder, which is only looked at; empty where it would not. */
    public static Optional<ConfigurationException> refusal(
            Path folder, Settings settings, Configured<RunFile> configured) {
        Optional<String> claimed = FolderClaim.refusal(folder, configured, settings.written());
        if (claimed.isPresent()) {
            return Optional.of(refused(configured, "output (" + folder + ") " + claimed.get()));
        }
        try {
            new RunDirectory(folder, settings, configured, null).requireTakeable(false);
            return Optional.empty();
        } catch (ConfigurationException e) {
            return Optional.of(e);
        } catch (IOException | CheckpointException e) {
            return Optional.of(
                    refused(configured, "output (" + folder + ") cannot be used for a run (" + e.getMessage() + ")"));
        }
    }

    private static RunDirectory open(
            Path folder, Settings settings, Configured<RunFile> configured, boolean extending) {
        FolderClaim.refusal(folder, configured, settings.written()).ifPresent(reason -> {
            throw refused(configured, "output (" + folder + ") " + reason);
        });
        RunDirectory run = new RunDirectory(folder, settings, configured, FolderLock.take(folder, "run"));
        try {
            run.take(extending);
            return run;
        } catch (IOException e) {
            run.close();
            throw new CheckpointException(folder + ": cannot be used for a run (" + e.getMessage() + ")", e);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private static ConfigurationException refused(Configured<RunFile> configured, String why) {
        return new ConfigurationException(List.of(new Problem(configured.origin("output"), why)));
    }

    private void take(boolean extend) throws IOException {
        requireTakeable(extend);
        Path resolved = folder.resolve(RESOLVED);
        if (begun() && Files.exists(resolved) && !ResolvedSettings.has(began(resolved), SAVE_TYPE)) {
            decided().put(StartValues.SAVE_AS_BASE, 1);
        }
        if (extending) {
            return;
        }
        AtomicFolder.repair(best());
        AtomicFolder.repair(result());
        if (!begun()) {
            Files.deleteIfExists(decided().file());
        }
        describe();
    }

    /** Refuses a folder whose run is finished, or has begun with other settings. Changes nothing. */
    private void requireTakeable(boolean extend) throws IOException {
        Path resolved = folder.resolve(RESOLVED);
        List<String> changed = Files.exists(resolved)
                ? ResolvedSettings.changed(wherever(began(resolved)), wherever(configured.toYaml()))
                : List.of();
        if (isFinished(folder)) {
            requireLonger(extend, changed);
            extending = true;
            return;
        }
        if (extend) {
            throw refused(configured, "output (" + folder + ") holds no finished run to extend; leave out --extend");
        }
        if (begun() && !changed.isEmpty()) {
            throw refused(
                    configured,
                    "output (" + folder + ") holds an unfinished run with other settings ("
                            + changed.stream().limit(5).collect(Collectors.joining("; "))
                            + "); choose another output, delete the folder, or set them back to resume");
        }
    }

    /** Settings without the place of the folder, which may have been moved since. */
    private static String wherever(String yaml) {
        return yaml.lines().filter(line -> !line.startsWith("output:")).collect(Collectors.joining("\n"));
    }

    private void describe() throws IOException {
        AtomicFiles.write(folder.resolve(WRITTEN), settings.written());
        AtomicFiles.write(folder.resolve(RESOLVED), configured.toYaml());
    }

    /** The settings that the run began with: those of its manifest, where it has one, by which damage to the file is seen. */
    private String began(Path resolved) throws IOException {
        String kept = InputFile.text(resolved);
        if (begun() && Files.exists(manifest())) {
            String noted = Provenance.read(manifest()).settings();
            if (!FolderClaim.isWhole(kept)
                    || !ResolvedSettings.changed(noted, kept).isEmpty()) {
                remarks.add(resolved + ": was damaged or changed; it is written anew from " + manifest());
            }
            return noted;
        }
        if (!FolderClaim.isWhole(kept)) {
            throw new CheckpointException(
                    resolved + ": is damaged, or not the settings of a run; put it back as it was,"
                            + " choose another output, or delete the folder to begin again");
        }
        return kept;
    }

    private void requireLonger(boolean extend, List<String> changed) {
        String finished = "output (" + folder + ") holds a finished run; ";
        if (!extend) {
            throw refused(
                    configured,
                    finished + "to go on with it, give it more steps or epochs and --extend, as in --set"
                            + " training.steps=MORE --extend; otherwise choose another output, or delete the folder");
        }
        List<String> others = changed.stream()
                .filter(setting -> !LENGTH.matcher(setting).matches())
                .toList();
        if (!others.isEmpty()) {
            throw refused(
                    configured,
                    finished + "only its length may change when it is extended, and these differ: "
                            + others.stream().limit(5).collect(Collectors.joining("; "))
                            + "; set them back, or choose another output");
        }
        if (changed.isEmpty()) {
            throw refused(
                    configured,
                    finished + "to extend it, set training.steps or training.epochs to more than it was finished with");
        }
        if (configured.value().training().length().minutes() != null) {
            throw refused(configured, finished + "to extend it, give training.steps or training.epochs, not minutes");
        }
    }

    /**
     * Makes a finished run longer, if that is what it was opened for; until then its folder stays as it is.
     *
     * @param done where the run stands
     * @param isEnded whether a guard ended it there
     * @param steps its length now
     * @return what to tell of it
     * @throws ConfigurationException if it would not do a single step more
     */
    public Optional<String> lengthen(Progress done, boolean isEnded, long steps, Provenance provenance) {
        if (!extending) {
            return Optional.empty();
        }
        if (steps <= done.step()) {
            throw refused(
                    configured,
                    "output (" + folder + ") holds a finished run of " + done.step() + " steps, and its length now is "
                            + steps + "; give it more");
        }
        Hyperparameters training = configured.value().training().hyperparameters();
        Hyperparameters.EarlyStop stop = training.earlyStop();
        if (isEnded || stop != null && done.worse() >= stop.patience()) {
            throw refused(
                    configured,
                    "output (" + folder + ") holds a run that "
                            + (isEnded ? "its guards ended at step " : "stopped early after step ") + done.step()
                            + ", and would do so again; begin another run from its result");
        }
        try {
            provenance.extend(done.step(), configured.toYaml());
            decided().forget(StartValues.STEPS);
            describe();
            Files.deleteIfExists(finished());
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "extending a finished run of %d steps to %d; the schedule is that of %d steps, so the learning rate goes"
                        + " on at %.3g",
                done.step(),
                steps,
                steps,
                training.learningRate() * training.schedule().multiplier(done.step(), steps)));
    }

    private FolderLock held() {
        return Objects.requireNonNull(lock, "the folder is only looked at");
    }

    /** What was found wrong with the folder and set right, for the user. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Whether a folder is that of a run. */
    public static boolean isRun(Path folder) {
        return FolderClaim.isRun(folder);
    }

    /** The run as its file says it, each setting with its origin. */
    public Configured<RunFile> configured() {
        return configured;
    }

    /** The settings of the file, as written. */
    public Settings settings() {
        return settings;
    }

    /** Whether there is a state to resume from. */
    public boolean begun() {
        return begun(folder);
    }

    /** The same of any folder. */
    public static boolean begun(Path folder) {
        return Files.exists(metrics(folder)) || Files.exists(folder.resolve("checkpoints"));
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
        RunRecord beside = new RunRecord(
                folder, held(), configured.value().training().hyperparameters().checkpointEvery(), observer::say);
        return new StateFiles(folder.resolve("checkpoints"), keep, observer::say, beside);
    }

    /** What a policy sampled as it was trained, one file for each time. */
    public Path rollouts() {
        return folder.resolve("rollouts");
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

    /**
     * Begins to read what the run is made from.
     *
     * @param guards files that it is only measured on, by key
     */
    public InputHashes hashes(Map<String, Path> guards) {
        return Provenance.hashesOf(configured, guards);
    }

    /**
     * Notes what the run is made from; one that is resumed must find what it began with.
     *
     * @throws ConfigurationException if an input has changed since the run began
     */
    public Provenance provenance(Map<String, Path> guards, Fingerprint readWith, InputHashes hashes) {
        Provenance now = Provenance.of(manifest(), configured, guards, readWith, hashes);
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

    /** The rows of steps that a guard has undone when it went back from there. */
    public Path undone(long step) {
        return folder.resolve("undone-" + step + ".jsonl");
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

    /** What the policy makes of some rows, before and after. */
    public Path snapshots() {
        return folder.resolve("snapshots.json");
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
        held().requireHeld();
        try {
            AtomicFiles.write(finished(), "");
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
    }
}
