package dev.hone.cli;

import dev.hone.recipes.compare.ComparisonFile;
import dev.hone.recipes.compare.ComparisonReport;
import dev.hone.recipes.compare.StartComparison;
import dev.hone.report.TextTable;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares training from scratch, fine-tuning and prompting. */
@Command(
        name = "compare",
        description =
                "Learn one task from scratch, by fine-tuning and from examples in the prompt: accuracy against tokens and"
                        + " seconds, as a table and a plot.",
        footer = {
            "",
            "The file, compare.yaml, with rows {\"prompt\", \"answer\"}:",
            "  model: MODEL",
            "  output: runs/compare",
            "  train: sums.jsonl",
            "  cases: sums-held-out.jsonl",
            "  shots: [0, 2, 8]",
            "  steps: [25, 100]",
            "",
            "Examples; the second runs in the folder of hone as it is:",
            "  ./hone compare compare.yaml",
            "  ./hone world --output runs/world --documents 100 --closing 3000",
            "  ./hone compare examples/compare.yaml"
        })
final class Compare extends Verb {
    @Parameters(index = "0", paramLabel = "FILE.yaml", description = "The task and what may be spent on it.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    Exit run() throws Exception {
        ComparisonFile comparison = ComparisonFile.read(overrides.over(file)).value();
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            ComparisonReport report = StartComparison.hold(comparison, terminal);
            if (json) {
                print(report.json());
            } else {
                out().print(TextTable.render(report.table(), TextTable.Ink.PLAIN, StandardStream.OUT.tableColumns()));
            }
            err().println("plot: " + comparison.output().resolve("contest.png"));
            return terminal.getAsBoolean() ? Exit.INTERRUPTED : Exit.DONE;
        }
    }
}
