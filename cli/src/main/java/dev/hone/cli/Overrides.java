package dev.hone.cli;

import dev.hone.config.Settings;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every verb that reads a file of settings. */
final class Overrides {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb = CommandSpec.create();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Override a value of the file, as in training.seed=7; in a pipeline stages[0].training.seed=7."
                            + " Repeatable.")
    private List<String> changes = List.of();

    @Option(
            names = "--download",
            description = "Fetch the models that the file names OWNER/NAME and that are not in the cache.")
    private boolean download;

    /** The settings of a file with the values given on the command line over them. */
    Settings over(Path file) {
        Settings settings = Settings.read(file).set(changes);
        if (download) {
            HubAccess.fetchNamed(settings, verb.commandLine().getErr());
        }
        return settings;
    }
}
