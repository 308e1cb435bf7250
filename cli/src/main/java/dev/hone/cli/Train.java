package dev.hone.cli;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.train.RunEnding;
import dev.hone.recipes.train.Training;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Trains a model as a run file says. */
@Command(
        name = "train",
        description = "Train a model as a run file says. The same command resumes a run that was interrupted.",
        footer = {
            "",
            "Example:",
            "  ./hone train run.yaml",
            "  ./hone train run.yaml --set training.learning-rate=1e-4 --set output=runs/second"
        })
final class Train extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "RUN.yaml",
            description = "The run file: model, data, method (docs/run-file.md).")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Override
    Exit run() {
        Settings settings = overrides.over(file);
        Configured<RunFile> configured = RunFile.read(settings);
        RunFile run = configured.value();
        try (Interruption interruption = Interruption.watch(err());
                RunDirectory folder = RunDirectory.open(run.output(), settings, configured)) {
            RunEnding ending = Training.run(run, folder, new Terminal(err(), interruption));
            ending.lines().forEach(err()::println);
            return ending.finished() ? Exit.DONE : Exit.INTERRUPTED;
        } catch (StoppedException e) {
            err().println("stopped before the first step of this start; the same command resumes the run");
            return Exit.INTERRUPTED;
        }
    }
}
