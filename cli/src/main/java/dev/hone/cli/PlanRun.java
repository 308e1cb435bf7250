package dev.hone.cli;

import dev.hone.config.Settings;
import dev.hone.recipes.plan.Plan;
import dev.hone.recipes.plan.Planning;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a run will need before it runs. */
@Command(
        name = "plan",
        description =
                "Tell what a run will need before it runs: steps, memory with what it consists of, time after some"
                        + " seconds of trying, and space on disk. What cannot fit is told with what would.",
        footer = {
            "",
            "Example:",
            "  ./hone plan run.yaml",
            "  ./hone plan run.yaml --no-clock --set training.rows-per-batch=1"
        })
final class PlanRun extends Verb {
    @Parameters(index = "0", paramLabel = "RUN.yaml", description = "What to train, on what, and how.")
    private Path file = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Put a value over the file's. May be given several times.")
    private List<String> changes = List.of();

    @Option(names = "--json", description = "Write the plan as JSON, in bytes and seconds.")
    private boolean json;

    @Option(names = "--no-clock", description = "Load no weights and leave the time out.")
    private boolean noClock;

    @Override
    Exit run() {
        RunFile run = RunFile.read(Settings.read(file).set(changes)).value();
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            Plan plan = Planning.of(run, noClock ? Planning.Clock.SPARE : Planning.Clock.RUN, terminal);
            out().println(json ? plan.json().toPrettyString() : plan.text());
            return plan.fits() ? Exit.DONE : Exit.REFUSED;
        }
    }
}
