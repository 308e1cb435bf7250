package dev.hone.cli;

import dev.hone.recipes.guard.ForecastFit;
import dev.hone.report.TextTable;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how well forecasts foretold what runs lost. */
@Command(
        name = "forecast",
        description = "Fit what runs lost to what their forecasts foretold, with R² and the runs where it fails.",
        footer = {
            "",
            "Each run needs guards.forecast, and the measure in guards.retention (docs/guards.md).",
            "",
            "Examples:",
            "  ./hone forecast runs/rank-1 runs/rank-4 runs/rank-16 runs/full \\",
            "    --measure general"
        })
final class FitForecast extends Verb {
    @Parameters(index = "0..*", arity = "1..*", paramLabel = "RUN", description = "The folders of runs, at least four.")
    private List<Path> runs = List.of();

    @Option(
            names = "--measure",
            required = true,
            paramLabel = "NAME",
            description = "The name of a measure in guards.retention.")
    private String measure = "";

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    Exit run() {
        ForecastFit fit = ForecastFit.of(runs, measure);
        if (json) {
            print(fit.json());
        } else {
            out().print(TextTable.render(fit.table(), TextTable.Ink.PLAIN, StandardStream.OUT.tableColumns()));
            out().println(fit.sentence());
        }
        return Exit.DONE;
    }
}
