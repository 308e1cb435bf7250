package dev.hone.recipes.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import dev.hone.report.Intervals;
import dev.hone.report.Panels;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What all contenders spent and reached, as a table, as JSON and as a plot over tokens and seconds. */
public record ComparisonReport(List<Contender> entries) {
    public ComparisonReport {
        entries = List.copyOf(entries);
    }

    /** One row a contender. */
    public Table table() {
        Table table = Table.of(
                Column.text("way"),
                Column.number(""),
                Column.number("tokens of examples"),
                Column.number("seconds"),
                Column.number("right"));
        for (Contender entry : entries) {
            table = table.row(
                    Cell.text(entry.way().title()),
                    Cell.text(entry.label()),
                    Cell.count(entry.tokens()),
                    Cell.number(entry.seconds(), 1),
                    Cell.share(entry.right(), entry.total()));
        }
        return table;
    }

    /** What each contender spent and reached, for programs. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Contender entry : entries) {
            json.withArray("entries")
                    .addObject()
                    .put("way", entry.way().title())
                    .put("amount", entry.amount())
                    .put("tokens", entry.tokens())
                    .put("seconds", entry.seconds())
                    .put("right", entry.right())
                    .put("total", entry.total());
        }
        return json;
    }

    /** Writes {@code contest.json} and {@code contest.png}. */
    void save(Path folder) throws IOException {
        JsonFiles.write(folder.resolve("contest.json"), json());
        Panels.save(
                List.of(
                        panel("tokens of examples", Contender::tokens),
                        panel("seconds", entry -> Math.max(0, entry.seconds()))),
                folder.resolve("contest.png"));
    }

    private Panels.Panel panel(String label, ToDoubleFunction<Contender> x) {
        List<Panels.Series> lines = new ArrayList<>();
        for (Contender.Way way : Contender.Way.values()) {
            List<Contender> own =
                    entries.stream().filter(entry -> entry.way() == way).toList();
            if (!own.isEmpty()) {
                lines.add(new Panels.Series(
                        way.title(),
                        own.stream().mapToDouble(x).toArray(),
                        own.stream()
                                .mapToDouble(entry -> 100 * entry.accuracy())
                                .toArray(),
                        own.stream()
                                .map(entry -> Intervals.wilson(entry.right(), entry.total()))
                                .toList()));
            }
        }
        return new Panels.Panel(label, "right (%), with 95 % intervals", lines);
    }
}
