package dev.hone.recipes.inspect;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.provenance.Environment;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.provenance.RunComparison;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.run.StartValues;
import dev.hone.recipes.settings.ResolvedSettings;
import dev.hone.recipes.train.Training;
import dev.hone.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Repeats a run from its manifest, in another folder, and compares the weights. */
public final class Reproduction {
    private Reproduction() {}

    /**
     * Repeats a run.
     *
     * @param manifest of a finished run
     * @param output where the repetition goes; one that was interrupted there is resumed
     * @return the comparison; empty if it was interrupted
     * @throws ConfigurationException if the run was not finished, or an input is not what it was
     */
    public static Optional<RunComparison> run(Path manifest, Path output, RunObserver observer) {
        Provenance first = Provenance.read(manifest);
        if (first.weights().isEmpty()) {
            throw new ConfigurationException(
                    manifest + ": the run is not finished, so there is no result to compare with; finish it first");
        }
        if (first.isExtended()) {
            throw new ConfigurationException(
                    manifest + ": the run was made longer after it was finished, so its learning"
                            + " rate was not that of one run; it cannot be repeated in one");
        }
        List<String> changed = first.changed();
        if (!changed.isEmpty()) {
            throw new ConfigurationException(manifest + ": the run cannot be repeated\n" + String.join("\n", changed));
        }
        Settings settings = settings(manifest, first, output);
        Configured<RunFile> configured = RunFile.recorded(settings);
        try (RunDirectory folder = RunDirectory.open(output, settings, configured)) {
            first.decided().forEach(folder.decided()::put);
            if (!ResolvedSettings.has(first.settings(), "save-type")) {
                folder.decided().put(StartValues.SAVE_AS_BASE, 1);
            }
            Trainer.Outcome outcome =
                    Training.run(configured.value(), folder, observer).outcome();
            return outcome.ending() == Trainer.Ending.INTERRUPTED
                    ? Optional.empty()
                    : Optional.of(RunComparison.of(
                            first, RunDirectory.result(manifest), Provenance.read(folder.manifest()), folder.result()));
        }
    }

    /** The run's own settings; inputs by where they lie, and as many workers as it had, wherever it is repeated. */
    private static Settings settings(Path manifest, Provenance first, Path output) {
        Map<String, Path> inputs = first.inputs();
        List<Environment> starts = first.environments();
        return Settings.parse(manifest + " (settings)", first.settings()).replace((key, text) -> switch (key) {
            case "output" -> output.toString();
            case "training.workers" -> starts.get(starts.size() - 1).workers();
            default -> inputs.containsKey(key) ? inputs.get(key).toString() : text;
        });
    }
}
