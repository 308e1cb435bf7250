package dev.hone.cli;

import dev.hone.config.Settings;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of every verb that reads a file of settings. */
final class Overrides {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Override a value of the file, as in training.seed=7; in a pipeline stages[0].training.seed=7."
                            + " Repeatable.")
    private List<String> changes = List.of();

    /** The settings of a file with the values given on the command line over them. */
    Settings over(Path file) {
        return Settings.read(file).set(changes);
    }
}
