package dev.hone.recipes.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.recipes.prepare.HeldOutReward;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What a run's validations found before its first step: what it gained, and what it forgot, is counted from there. It is kept in
 * the run's folder, so that a run that is resumed knows it too.
 *
 * @param measures by the names they have in {@code metrics.jsonl}, in order; none where nothing is held out
 */
record Baseline(Map<String, Double> measures) {
    /** What the run is validated by. */
    static final String LOSS = GuardMeasures.LOSS;

    /** What a run that learns from samples is validated by. */
    static final String REWARD = GuardMeasures.PREFIX + HeldOutReward.NAME;

    Baseline {
        measures = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** Measures it for a run that begins, and reads it for one that is resumed; one of an earlier version has none. */
    static Baseline of(Trainer trainer, RunDirectory folder, BooleanSupplier stop) {
        Path file = folder.baseline();
        if (trainer.progress().step() > 0) {
            return read(file);
        }
        Baseline measured = new Baseline(trainer.measure(stop)
                .map(GuardMeasures::of)
                .map(GuardMeasures::values)
                .orElse(Map.of()));
        measured.write(file);
        return measured;
    }

    /** A measure before the first step; NaN where it is not known. */
    double value(String name) {
        return measures.getOrDefault(name, Double.NaN);
    }

    static Baseline read(Path file) {
        Map<String, Double> measures = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (Map.Entry<String, JsonNode> entry : JsonFiles.read(file).properties()) {
                measures.put(entry.getKey(), entry.getValue().asDouble(Double.NaN));
            }
        }
        return new Baseline(measures);
    }

    private void write(Path file) {
        if (measures.isEmpty()) {
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        measures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                json.put(name, value);
            } else {
                json.putNull(name);
            }
        });
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }
}
