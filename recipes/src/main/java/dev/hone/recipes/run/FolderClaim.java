package dev.hone.recipes.run;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.files.InputFile;
import dev.hone.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a run may write to the folder that its file names: what stands there under the names of a run has to be a run's, and nothing
 * that the run reads may lie where it writes. Looks and changes nothing.
 */
public final class FolderClaim {
    static final String WRITTEN = "run.yaml";
    static final String RESOLVED = "run-resolved.yaml";

    /** What a run writes and may replace or delete, besides its two descriptions. */
    private static final List<String> NAMES = List.of(
            "checkpoints",
            "best",
            "final",
            "reference",
            "events",
            "curves",
            "metrics.jsonl",
            "manifest.json",
            "decided.json",
            "calibration.json",
            "finished");

    private FolderClaim() {}

    /** Why the run may not have the folder; empty where it may. */
    public static Optional<String> refusal(Path folder, Configured<RunFile> run, String written) {
        try {
            Optional<String> read = readThere(folder, run);
            if (read.isPresent()) {
                return read;
            }
            Optional<String> foreign = foreign(folder, written);
            return foreign.isPresent() ? foreign : unwritable(folder);
        } catch (IOException e) {
            return Optional.of("cannot be looked at (" + e.getMessage() + ")");
        }
    }

    /** Something that the run reads is where it writes, or the other way round. */
    private static Optional<String> readThere(Path folder, Configured<RunFile> run) throws IOException {
        for (Map.Entry<String, Path> input : run.paths().entrySet()) {
            Path path = input.getValue();
            if (input.getKey().equals("output") || !Files.exists(path)) {
                continue;
            }
            String named = input.getKey() + " (" + path + ")";
            if (OutputFile.same(folder, path)) {
                return Optional.of("is the same as " + named + ", which the run reads; choose another output");
            }
            if (Files.isDirectory(path) && OutputFile.inside(folder, path)) {
                return Optional.of("lies inside " + named + ", which the run reads; choose another output");
            }
            for (String name : names()) {
                if (OutputFile.inside(path, folder.resolve(name))) {
                    return Optional.of("would write to " + folder.resolve(name) + ", where " + named
                            + " lies, which the run reads; choose another output");
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(NAMES);
        names.add(RESOLVED);
        return names;
    }

    /** The folder holds files with the names of a run's that no run has left. */
    private static Optional<String> foreign(Path folder, String written) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            return Optional.of("is a file, not a folder; choose another output");
        }
        if (Files.exists(folder.resolve(RESOLVED))) {
            return Optional.empty(); // its content is looked at where it is compared
        }
        List<String> there = new ArrayList<>(NAMES.stream()
                .filter(name -> Files.exists(folder.resolve(name)))
                .toList());
        Path file = folder.resolve(WRITTEN);
        if (Files.exists(file)
                && !(Files.isRegularFile(file) && InputFile.text(file).equals(written))) {
            there.add(WRITTEN);
        }
        return there.isEmpty()
                ? Optional.empty()
                : Optional.of("holds " + String.join(", ", there) + " and is not the folder of a run (" + RESOLVED
                        + " is missing), so nothing in it is replaced; choose another output, or move them");
    }

    private static Optional<String> unwritable(Path folder) {
        Path at = folder.toAbsolutePath().normalize();
        while (at.getParent() != null && !Files.exists(at)) {
            at = at.getParent();
        }
        if (!Files.isDirectory(at)) {
            return Optional.of("cannot be made, because " + at + " is a file; choose another output");
        }
        return Files.isWritable(at)
                ? Optional.empty()
                : Optional.of("cannot be written (permission is missing for " + at + "); choose another output");
    }

    /** Whether a folder is that of a run: it holds the settings of one, which are whole. */
    static boolean isRun(Path folder) {
        try {
            return isWhole(InputFile.text(folder.resolve(RESOLVED)));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a text is the resolved settings of a run, from the first group to the last. */
    static boolean isWhole(String resolved) {
        try {
            Settings settings = Settings.parse(RESOLVED, resolved);
            return settings.has("method")
                    && settings.has("model")
                    && settings.has("output")
                    && settings.has("data")
                    && settings.has("training.keep-checkpoints")
                    && resolved.endsWith("\n");
        } catch (ConfigurationException e) {
            return false;
        }
    }
}
