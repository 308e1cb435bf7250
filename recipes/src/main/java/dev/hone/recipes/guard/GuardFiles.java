package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What guards keep in a run's folder.
 *
 * <pre>
 *   forecast.jsonl   what the base wrote before the first step
 *   guards.json      each time that weights exceeded a gate: the step, what followed, and why
 *   gates.json       the gates of the weights that the run ended with; the same lies beside these weights
 * </pre>
 */
record GuardFiles(Path folder) {
    private static final String FIRED = "fired";
    private static final String GATES = "gates.json";

    static GuardFiles of(RunDirectory run) {
        GuardFiles files = new GuardFiles(run.folder());
        if (!run.begun()) {
            try {
                Files.deleteIfExists(
                        files.completions()); // of a start that came to nothing, perhaps with other settings
                Files.deleteIfExists(files.fired());
            } catch (IOException e) {
                throw new CheckpointException(run.folder() + ": cannot be written (" + e.getMessage() + ")", e);
            }
        }
        return files;
    }

    Path completions() {
        return folder.resolve("forecast.jsonl");
    }

    Path baseline() {
        return folder.resolve("baseline.json");
    }

    private Path fired() {
        return folder.resolve("guards.json");
    }

    /** Every time that a gate was exceeded so far, in order. */
    List<Firing> firings() {
        List<Firing> firings = new ArrayList<>();
        if (Files.exists(fired())) {
            JsonFiles.read(fired()).path(FIRED).forEach(one -> firings.add(Firing.read(one)));
        }
        return firings;
    }

    void add(Firing firing) {
        List<Firing> all = firings();
        all.removeIf(one -> one.round() == firing.round() && one.step() == firing.step());
        all.add(firing);
        write(all);
    }

    /** Forgets what comes after the state that a run is resumed from, as it is done again. */
    void keepFirings(int rounds, long step, boolean hasEnded) {
        List<Firing> all = firings();
        List<Firing> kept = all.stream()
                .filter(one -> hasEnded || one.isBefore(rounds, step))
                .toList();
        if (kept.size() < all.size()) {
            write(kept);
        }
    }

    private void write(List<Firing> all) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        all.forEach(one -> one.writeTo(json.withArray(FIRED).addObject()));
        write(fired(), json);
    }

    /** Marks a result: in the run's folder, and beside the weights. */
    void write(GuardReport report, Path result) {
        write(folder.resolve(GATES), report.json());
        write(result.resolve(GATES), report.json());
    }

    /** What the run's folder says of its end. */
    GuardReport report() {
        Path file = folder.resolve(GATES);
        return Files.exists(file) ? GuardReport.read(JsonFiles.read(file), firings()) : GuardReport.NONE;
    }

    /** What was measured of the weights that the run stands at: the last row of its metrics, or what there was before the first. */
    GuardMeasures last() {
        Path metrics = RunDirectory.metrics(folder);
        try {
            List<MetricsRow> rows = Files.exists(metrics) ? MetricsFile.read(metrics) : List.of();
            return rows.isEmpty() ? before() : GuardMeasures.of(rows.get(rows.size() - 1));
        } catch (IOException e) {
            throw new CheckpointException(metrics + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private GuardMeasures before() {
        Map<String, Double> measures = new LinkedHashMap<>();
        JsonFiles.read(baseline())
                .properties()
                .forEach(one -> measures.put(one.getKey(), one.getValue().asDouble(Double.NaN)));
        return new GuardMeasures(measures);
    }

    private static void write(Path file, ObjectNode json) {
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }
}
