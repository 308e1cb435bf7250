package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.train.RunEnding;
import dev.hone.recipes.train.Training;
import dev.hone.train.Progress;
import dev.hone.train.Trainer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model as a run file says. */
@Command(
        name = "train",
        description = "Train a model as a run file says. The same command resumes a run that was interrupted.",
        footer = {
            "",
            "Examples:",
            "  ./hone train run.yaml",
            "  ./hone train run.yaml --set training.learning-rate=1e-4 \\",
            "    --set output=runs/second",
            "  ./hone train run.yaml --set training.epochs=5 --extend"
        })
final class Train extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "RUN.yaml",
            description = "The run file: model, data, method (docs/run-file.md).")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(
            names = "--extend",
            description = "Go on with a finished run; its file, or --set, gives it more steps or epochs.")
    private boolean extend;

    @Option(names = "--json", description = "Print how it ended as one JSON object.")
    private boolean json;

    @Override
    Exit run() {
        Settings settings = overrides.over(file);
        Configured<RunFile> configured = RunFile.read(settings);
        RunFile run = configured.value();
        try (Interruption interruption = Interruption.watch(err());
                RunDirectory folder = extend
                        ? RunDirectory.extend(run.output(), settings, configured)
                        : RunDirectory.open(run.output(), settings, configured)) {
            RunEnding ending = Training.run(run, folder, new Terminal(err(), interruption));
            ending.lines().forEach(err()::println);
            for (RunEnding.Command command : ending.commands()) {
                err().println(command.purpose() + ":");
                err().println(shell(command));
            }
            if (json) {
                print(object(ending));
            }
            return !ending.finished() ? Exit.INTERRUPTED : ending.holds() ? Exit.DONE : Exit.GATE;
        } catch (StoppedException e) {
            err().println("stopped before the first step of this start; the same command resumes the run");
            return Exit.INTERRUPTED;
        }
    }

    /** A command that can be pasted here, wherever this hone was called. */
    private static String shell(RunEnding.Command command) {
        ShellCommand shell = ShellCommand.of(ShellCommand.ofThisHone(), command.verb());
        for (RunEnding.CommandOption option : command.options()) {
            shell = shell.with(option.name(), option.value());
        }
        return shell.text();
    }

    private static ObjectNode object(RunEnding ending) {
        Trainer.Outcome outcome = ending.outcome();
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("ending", outcome.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("steps", outcome.progress().step())
                .put("tokens", outcome.progress().tokens())
                .put("output", ending.file().output().toString());
        if (ending.finished()) {
            object.put("result", ending.folder().result().toString());
        }
        if (outcome.progress().bestStep() > 0
                && Double.isFinite(outcome.progress().bestValue())) {
            Progress.Best best = Objects.requireNonNull(outcome.progress().best());
            object.putObject("best")
                    .put("step", outcome.progress().bestStep())
                    .put(
                            best.validation().equals("loss") ? "evaluation-loss" : "evaluation/" + best.validation(),
                            best.value());
        }
        if (!ending.guards().gates().isEmpty()) {
            object.put("gates-hold", ending.guards().holds());
            ending.guards().lines().forEach(object.withArray("gates")::add);
        }
        return object;
    }
}
