package dev.hone.cli;

import dev.hone.config.Configured;
import dev.hone.recipes.check.RunSurvey;
import dev.hone.recipes.plan.Plan;
import dev.hone.recipes.plan.Planning;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Estimates what a run needs before it starts. */
@Command(
        name = "plan",
        description =
                "Estimate what a run needs before it starts: steps, memory part by part, time from some seconds of real"
                        + " steps, and disk space. A run that does not fit is reported with settings that would.",
        footer = {
            "",
            "Examples:",
            "  ./hone plan run.yaml",
            "  ./hone plan run.yaml --no-clock --set training.rows-per-batch=1"
        })
final class PlanRun extends Verb {
    @Parameters(index = "0", paramLabel = "RUN.yaml", description = "The run, as for train.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(names = "--json", description = "Print one JSON object instead of text, in bytes and seconds.")
    private boolean json;

    @Option(names = "--no-clock", description = "Load no weights; leave the time out.")
    private boolean noClock;

    @Override
    Exit run() {
        Configured<RunFile> configured = RunFile.read(overrides.over(file));
        RunFile run = configured.value();
        RunSurvey.open(configured).close(); // what a run would come to grief over
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            Plan plan = Planning.of(run, noClock ? Planning.Clock.SPARE : Planning.Clock.RUN, terminal);
            if (json) {
                print(plan.json());
            } else {
                out().println(plan.text());
                if (run.guards() != null) {
                    out().println("guards are not counted: the time of their measures, and one state more on disk");
                }
            }
            return plan.fits() ? Exit.DONE : Exit.REFUSED;
        }
    }
}
