package dev.hone.cli;

import dev.hone.recipes.inspect.StepRecomputation;
import dev.hone.report.MetricsRow;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.TextTable;
import dev.hone.train.RowLoss;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes a past step of a run again. */
@Command(
        name = "replay",
        description = "Compute a past step of a run again, from the nearest saved state, and show its rows.",
        footer = {
            "",
            "The run's folder stays as it is. On the machine the run was made on, the step comes out bit for bit.",
            "",
            "Examples:",
            "  ./hone replay runs/first --step 812",
            "  ./hone replay runs/first --step 812 --row 14"
        })
final class RecomputeStep extends Verb {
    @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run.")
    private Path run = Path.of("");

    @Option(names = "--step", required = true, paramLabel = "N", description = "Which step, from 1.")
    private long step;

    @Option(
            names = "--row",
            paramLabel = "N",
            defaultValue = "0",
            description = "Show the learned tokens of this row of the step, from 1, with their log-probabilities.")
    private int row;

    @Override
    Exit run() {
        try (Interruption interruption = Interruption.watch(err())) {
            Optional<StepRecomputation> found = StepRecomputation.of(run, step, row, new Terminal(err(), interruption));
            if (found.isEmpty()) {
                return Exit.INTERRUPTED;
            }
            show(found.get());
            return Exit.DONE;
        }
    }

    private void show(StepRecomputation replay) {
        out().printf(
                        Locale.ROOT,
                        "step %d, computed again from the state after step %d: loss %.9g, gradient norm %.9g%n",
                        replay.preview().step(),
                        replay.from(),
                        replay.preview().metrics().loss(),
                        replay.preview().gradientNorm());
        MetricsRow recorded = replay.recorded();
        if (recorded == null) {
            out().println("the run has not come to this step yet");
        } else if (replay.isExact()) {
            out().println("the run recorded the same, to the last bit");
        } else {
            out().printf(
                            Locale.ROOT,
                            "the run recorded loss %.9g, gradient norm %.9g%n",
                            recorded.value("loss"),
                            recorded.value("grad-norm"));
        }
        out().println();
        out().print(TextTable.render(
                row == 0 ? rows(replay.preview().rows()) : tokens(replay.tokens()), TextTable.Ink.PLAIN));
    }

    private static Table rows(List<RowLoss> rows) {
        Table table = Table.of(
                Column.number("row"),
                Column.number("loss alone"),
                Column.number("tokens"),
                Column.number("learned"),
                Column.text("place"));
        for (RowLoss one : rows) {
            table = table.row(
                    Cell.count(table.rows().size() + 1L),
                    Cell.number(one.loss(), 4),
                    Cell.count(one.batch().tokenCount()),
                    Cell.count(one.batch().targets().count()),
                    Cell.text(one.place()));
        }
        return table;
    }

    private static Table tokens(List<StepRecomputation.TokenLoss> tokens) {
        Table table = Table.of(Column.number("log-probability"), Column.number("weight"), Column.text("token"));
        for (StepRecomputation.TokenLoss one : tokens) {
            table = table.row(
                    Cell.number(one.logProbability(), 4),
                    Cell.number(one.weight(), 2),
                    Cell.text(one.token().replace("\n", "\\n")));
        }
        return table;
    }
}
