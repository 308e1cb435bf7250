package dev.hone.cli;

import dev.hone.recipes.compare.ComparisonFile;
import dev.hone.recipes.compare.ComparisonReport;
import dev.hone.recipes.compare.StartComparison;
import dev.hone.report.TextTable;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares training from scratch, fine-tuning and prompting. */
@Command(
        name = "compare",
        description =
                "Learn one task from scratch, by fine-tuning and from examples in the prompt: accuracy against tokens and"
                        + " seconds, as a table and a plot.",
        footer = {
            "",
            "Example:",
            "  model: MODEL",
            "  output: runs/compare",
            "  train: sums.jsonl            # {\"prompt\", \"answer\"}",
            "  cases: sums-held-out.jsonl",
            "  shots: [0, 2, 8]",
            "  steps: [25, 100]",
            "",
            "  ./hone compare compare.yaml"
        })
final class Compare extends Verb {
    @Parameters(index = "0", paramLabel = "FILE.yaml", description = "The task and what may be spent on it.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Override
    Exit run() throws Exception {
        ComparisonFile comparison = ComparisonFile.read(overrides.over(file)).value();
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            ComparisonReport report = StartComparison.hold(comparison, terminal);
            out().print(TextTable.render(report.table(), TextTable.Ink.PLAIN));
            err().println("plot: " + comparison.output().resolve("contest.png"));
            return terminal.getAsBoolean() ? Exit.INTERRUPTED : Exit.DONE;
        }
    }
}
