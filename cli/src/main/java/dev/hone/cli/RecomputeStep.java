package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Recomputes a past step of a run. */
@Command(
        name = "recompute",
        description = "Recompute a past step of a run, from the nearest saved state before it, and show its rows.",
        footer = {
            "",
            "The run's folder is not changed. On the machine of the run, the result is the same bit for bit.",
            "",
            "Examples:",
            "  ./hone recompute runs/first --step 812",
            "  ./hone recompute runs/first --step 812 --row 14"
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
            description = "Show the trained tokens of this row of the step, from 1, with their log-probabilities.")
    private int row;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    @Override
    Exit run() {
        try (Interruption interruption = Interruption.watch(err())) {
            Optional<StepRecomputation> found = StepRecomputation.of(run, step, row, new Terminal(err(), interruption));
            if (found.isEmpty()) {
                return Exit.INTERRUPTED;
            }
            if (json) {
                print(object(found.get()));
            } else {
                show(found.get());
            }
            return Exit.DONE;
        }
    }

    private void show(StepRecomputation recomputed) {
        out().printf(
                        Locale.ROOT,
                        "step %d, recomputed from the state after step %d: loss %.9g, gradient norm %.9g%n",
                        recomputed.preview().step(),
                        recomputed.from(),
                        recomputed.preview().metrics().loss(),
                        recomputed.preview().gradientNorm());
        MetricsRow recorded = recomputed.recorded();
        if (recorded == null) {
            out().println("the run has not reached this step yet");
        } else if (recomputed.isExact()) {
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
                row == 0 ? rows(recomputed.preview().rows()) : tokens(recomputed.tokens()),
                TextTable.Ink.PLAIN,
                StandardStream.OUT.tableColumns()));
    }

    private ObjectNode object(StepRecomputation recomputed) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("step", recomputed.preview().step())
                .put("from", recomputed.from())
                .put("loss", recomputed.preview().metrics().loss())
                .put("grad-norm", recomputed.preview().gradientNorm())
                .put("exact", recomputed.isExact());
        MetricsRow recorded = recomputed.recorded();
        if (recorded != null) {
            object.putObject("recorded")
                    .put("loss", recorded.value("loss"))
                    .put("grad-norm", recorded.value("grad-norm"));
        }
        ArrayNode rows = object.putArray("rows");
        recomputed
                .preview()
                .rows()
                .forEach(one -> rows.addObject()
                        .put("place", one.place())
                        .put("loss", one.loss())
                        .put("tokens", one.batch().tokenCount())
                        .put("trained", one.batch().targets().count()));
        if (row > 0) {
            ArrayNode tokens = object.putArray("tokens");
            recomputed
                    .tokens()
                    .forEach(one -> tokens.addObject()
                            .put("token", one.token())
                            .put("logprob", one.logProbability())
                            .put("weight", one.weight()));
        }
        return object;
    }

    private static Table rows(List<RowLoss> rows) {
        Table table = Table.of(
                Column.number("row"),
                Column.number("loss alone"),
                Column.number("tokens"),
                Column.number("trained"),
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
