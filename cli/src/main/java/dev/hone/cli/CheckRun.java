package dev.hone.cli;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.check.Check;
import dev.hone.recipes.check.CheckReport;
import dev.hone.recipes.plan.DryRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.train.Overfit;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a run before it starts. */
@Command(
        name = "check",
        description = "Check a run before it starts: everything that is wrong with its rows, tokenizer and template.",
        footer = {
            "",
            "Of each file the first 10,000 rows are read, and 2,000 of the others. train does the same before it starts.",
            "Trained tokens of the rows shown are green on a terminal and in «» elsewhere.",
            "With --overfit the run is then trained on eight rows alone, for at most a minute: a set-up that cannot overfit cannot learn.",
            "Exit code 3: it did not overfit.",
            "",
            "Examples:",
            "  ./hone check run.yaml",
            "  ./hone check run.yaml --whole",
            "  ./hone check run.yaml --overfit",
            "  ./hone check run.yaml --set data.template=chatml --json"
        })
final class CheckRun extends Verb {
    /** About eight lines of a terminal, so that five rows leave what was found on the screen. */
    private static final int SHOWN_CHARACTERS = 600;

    @Parameters(index = "0", paramLabel = "RUN.yaml", description = "The run, as for train.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(names = "--whole", description = "Show the sampled rows whole; else long ones without their middle.")
    private boolean whole;

    @Option(names = "--overfit", description = "Also overfit eight rows, which proves that the set-up can learn.")
    private boolean overfit;

    @Override
    Exit run() {
        Settings settings = overrides.over(file);
        Configured<RunFile> configured = RunFile.read(settings);
        RunFile run = configured.value();
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            CheckReport report = Check.of(settings, configured, terminal);
            if (json) {
                print(report.json());
            } else {
                show(report);
            }
            if (report.refuses()) {
                report.wayOn().ifPresent(json ? err()::println : out()::println);
                return Exit.REFUSED;
            }
            List<String> remarks = DryRun.of(configured, terminal);
            remarks.forEach(err()::println);
            if (!json && report.complaints().isEmpty() && remarks.isEmpty()) {
                out().println("nothing wrong was found");
            }
            return overfit ? overfit(run, terminal) : Exit.DONE;
        }
    }

    private Exit overfit(RunFile run, Terminal terminal) {
        Overfit.OverfitResult result = Overfit.of(run, terminal);
        (json ? err() : out()).println(result.describe());
        return result.learned() ? Exit.DONE : Exit.GATE;
    }

    private void show(CheckReport report) {
        report.described().forEach(out()::println);
        for (CheckReport.Shown row : report.samples()) {
            out().println(TrainedMarks.heading(row.place(), row.tokens(), row.trainedTokens()));
            out().println(TrainedMarks.around(
                    whole ? row.stretches() : TrainedMarks.shortened(row.stretches(), SHOWN_CHARACTERS)));
        }
        report.complaints().forEach(out()::println);
    }
}
