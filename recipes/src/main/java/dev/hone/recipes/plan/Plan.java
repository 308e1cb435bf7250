package dev.hone.recipes.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run will do and need.
 *
 * @param rowsPerStep rows, or packed rows
 * @param tokensPerBatch what {@code rows-per-batch: auto} came to; 0 where the file gives the rows
 * @param tokensPerStep mean over the steps
 * @param steps how many; 0 where a time is given and no clock was run
 * @param remedies what would make it fit, where it does not
 * @param pace null: no clock was run
 * @param diskBytes states, best and result
 * @param diskFree where they go
 */
public record Plan(
        int rowsPerStep,
        long tokensPerBatch,
        double tokensPerStep,
        long microBatches,
        long steps,
        double epochs,
        MemoryModel.Peak peak,
        MachineMemory machine,
        List<Remedy> remedies,
        @Nullable TimeEstimate pace,
        long diskBytes,
        long diskFree) {
    public Plan {
        remedies = List.copyOf(remedies);
    }

    /** Whether memory and disk are enough. */
    public boolean fits() {
        return peak.bytes() <= machine.available() && diskBytes <= diskFree;
    }

    /** The plan as a person reads it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d rows and about %,.0f tokens a step, in %s%s%n",
                rowsPerStep,
                tokensPerStep,
                microBatches == 1 ? "one micro-batch" : "at most " + microBatches + " micro-batches",
                tokensPerBatch > 0 ? String.format(Locale.ROOT, " of at most %,d tokens", tokensPerBatch) : ""));
        text.append(
                steps > 0
                        ? String.format(Locale.ROOT, "%,d steps, %.2f epochs%n", steps, epochs)
                        : String.format(Locale.ROOT, "as many steps as end in time; that needs the clock%n"));
        text.append('\n').append(table(peak));
        text.append(String.format(
                Locale.ROOT,
                "%s: %s of %s available, %s in all%n",
                peak.bytes() <= machine.available() ? "fits" : "does not fit",
                gigabytes(peak.bytes()),
                gigabytes(machine.available()),
                gigabytes(machine.total())));
        remedies.forEach(remedy -> text.append(
                String.format(Locale.ROOT, "  would fit: %s (%s)%n", remedy.change(), gigabytes(remedy.bytes()))));
        TimeEstimate known = pace;
        if (known != null) {
            text.append('\n').append(table(known));
        }
        text.append(String.format(
                Locale.ROOT,
                "%non disk: %s for states, best and result; %s are free%s%n",
                gigabytes(diskBytes),
                gigabytes(diskFree),
                diskBytes <= diskFree ? "" : ": too little"));
        return text.toString();
    }

    /** The memory of the moment that needs most. */
    public static String table(MemoryModel.Peak peak) {
        Table table = Table.of(Column.text("memory " + peak.moment()), Column.number("MB"));
        for (MemoryModel.Line line : peak.lines()) {
            table = table.row(Cell.text(line.what()), Cell.count(megabytes(line.bytes())));
        }
        table = table.row(Cell.text("all"), Cell.count(megabytes(peak.bytes())));
        return TextTable.render(table, TextTable.Ink.PLAIN);
    }

    private String table(TimeEstimate known) {
        Table table = Table.of(Column.text("time"), Column.number("h:mm:ss"));
        for (TimeEstimate.TimePart part : known.parts(steps)) {
            table = table.row(Cell.text(part.what()), Cell.text(clock(part.seconds())));
        }
        table = table.row(Cell.text("all"), Cell.text(clock(known.seconds(steps))));
        return TextTable.render(table, TextTable.Ink.PLAIN);
    }

    /** The plan as a program reads it: bytes and seconds. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("rows-per-step", rowsPerStep);
        json.put("tokens-per-step", tokensPerStep);
        json.put("tokens-per-batch", tokensPerBatch);
        json.put("micro-batches", microBatches);
        json.put("steps", steps);
        json.put("epochs", epochs);
        ObjectNode memory = json.putObject("memory");
        memory.put("moment", peak.moment());
        ObjectNode lines = memory.putObject("lines");
        peak.lines().forEach(line -> lines.put(line.what(), line.bytes()));
        memory.put("peak", peak.bytes());
        memory.put("available", machine.available());
        memory.put("total", machine.total());
        TimeEstimate known = pace;
        if (known != null) {
            ObjectNode time = json.putObject("seconds");
            known.parts(steps).forEach(part -> time.put(part.what(), part.seconds()));
            time.put("all", known.seconds(steps));
        }
        json.putObject("disk").put("needed", diskBytes).put("free", diskFree);
        json.put("fits", fits());
        remedies.forEach(remedy -> json.withArray("would-fit").add(remedy.change()));
        return json;
    }

    private static long megabytes(long bytes) {
        return Math.round(bytes / 1e6);
    }

    public static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 100_000_000 ? "%.3f GB" : "%.1f GB", bytes / 1e9);
    }

    private static String clock(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
