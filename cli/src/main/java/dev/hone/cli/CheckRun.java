package dev.hone.cli;

import dev.hone.config.Settings;
import dev.hone.recipes.Check;
import dev.hone.recipes.RunFile;
import dev.hone.recipes.check.Report;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at a run before it starts. */
@Command(
        name = "check",
        description = "Look at a run before it starts: everything that is wrong with its rows, tokenizer and template.",
        footer = {
            "",
            "Of each file the first 10,000 rows are read, and 2,000 of the others. train does the same before it starts.",
            "Learned tokens of the rows shown are green on a terminal and stand in «» elsewhere.",
            "",
            "Example:",
            "  ./hone check run.yaml",
            "  ./hone check run.yaml --set data.template=chatml --json"
        })
final class CheckRun extends Verb {
    @Parameters(index = "0", paramLabel = "RUN.yaml", description = "The run, as for train.")
    private Path file = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Put a value over the file's, as in training.seed=7. May be given several times.")
    private List<String> changes = List.of();

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    Exit run() {
        RunFile run = RunFile.read(Settings.read(file).set(changes)).value();
        try (Interruption interruption = Interruption.watch(err())) {
            Report report = Check.of(run, new Terminal(err(), interruption));
            if (json) {
                out().println(report.json());
            } else {
                show(report);
            }
            return report.refuses() ? Exit.REFUSED : Exit.DONE;
        }
    }

    private void show(Report report) {
        report.described().forEach(out()::println);
        for (Report.Shown row : report.samples()) {
            out().println(LearnedMarks.heading(row.place(), row.tokens(), row.learned()));
            out().println(LearnedMarks.around(row.stretches()));
        }
        List<String> complaints = report.complaints();
        if (complaints.isEmpty()) {
            out().println("nothing wrong was found");
        } else {
            complaints.forEach(out()::println);
            report.wayOn().ifPresent(out()::println);
        }
    }
}
