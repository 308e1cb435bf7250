package dev.hone.recipes.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Safetensors;
import dev.hone.checkpoint.SafetensorsWriter;
import dev.hone.error.CheckpointException;
import dev.hone.files.Checksum;
import dev.hone.files.JsonFiles;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The reference's log-probabilities of a run's rows, kept so that resuming does not compute them again.
 *
 * <pre>
 *   learned.safetensors   values: all numbers, row after row, float32; counts: how many each row has, int64
 *   learned.json          what they were computed from and by, each part by a digest; the CRC-32C of the file above
 * </pre>
 *
 * <p>The JSON is written last. Numbers of another version, or in a file that was torn or has changed, are not used.
 */
final class ReferenceFile {
    private static final String CHECKSUM = "crc32c";
    private static final String VERSION = "version";

    private final Path tensors;
    private final Path record;

    /**
     * @param name which rows these are: {@code learned}, {@code held-out}
     */
    ReferenceFile(Path folder, String name) {
        this.tensors = folder.resolve(name + ".safetensors");
        this.record = folder.resolve(name + ".json");
    }

    /** For each row its numbers, if they are there, whole and of this version; otherwise reports why they are not used. */
    Optional<List<float[]>> read(Map<String, String> version, Consumer<String> say) {
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        try {
            ObjectNode json = JsonFiles.read(record);
            TreeSet<String> changed = differences(json.path(VERSION), version);
            if (!changed.isEmpty()) {
                say.accept(record + ": was computed with another " + String.join(", ", changed)
                        + "; computing the reference's numbers again");
                return Optional.empty();
            }
            String found = Checksum.of(tensors);
            String expected = json.path(CHECKSUM).asText();
            if (!found.equals(expected)) {
                say.accept(tensors + ": has changed since it was written (checksum " + found + " where " + expected
                        + " was recorded); computing the reference's numbers again");
                return Optional.empty();
            }
            return Optional.of(rows(Safetensors.open(tensors)));
        } catch (CheckpointException | IOException e) {
            say.accept(e.getMessage() + "; computing the reference's numbers again");
            return Optional.empty();
        }
    }

    private static TreeSet<String> differences(JsonNode then, Map<String, String> now) {
        TreeSet<String> changed = new TreeSet<>();
        now.forEach((part, value) -> {
            if (!then.path(part).asText().equals(value)) {
                changed.add(part);
            }
        });
        then.fieldNames().forEachRemaining(part -> {
            if (!now.containsKey(part)) {
                changed.add(part);
            }
        });
        return changed;
    }

    private static List<float[]> rows(Safetensors file) {
        try (Scope scope = Scope.open()) {
            float[] values = file.tensor("values").floats();
            List<float[]> rows = new ArrayList<>();
            int from = 0;
            for (long count : file.tensor("counts").longs()) {
                int to = Math.toIntExact(from + count);
                rows.add(Arrays.copyOfRange(values, from, to));
                from = to;
            }
            return rows;
        }
    }

    /** Keeps the numbers of each row. */
    void write(Map<String, String> version, List<float[]> rows) {
        int total = rows.stream().mapToInt(row -> row.length).sum();
        float[] values = new float[total];
        long[] counts = new long[rows.size()];
        int at = 0;
        for (int row = 0; row < counts.length; row++) {
            float[] mine = rows.get(row);
            System.arraycopy(mine, 0, values, at, mine.length);
            counts[row] = mine.length;
            at += mine.length;
        }
        try (Scope scope = Scope.open()) {
            Files.deleteIfExists(record); // it must never stand beside numbers it does not describe
            SafetensorsWriter.write(
                    tensors,
                    List.of(
                            SafetensorsWriter.Item.of("values", Tensor.of(values)),
                            SafetensorsWriter.Item.of("counts", Tensor.of(counts))),
                    Map.of());
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            new TreeMap<>(version).forEach(json.putObject(VERSION)::put);
            json.put(CHECKSUM, Checksum.of(tensors));
            JsonFiles.write(record, json);
        } catch (IOException e) {
            throw new CheckpointException(tensors + ": could not be written (" + e.getMessage() + ")", e);
        }
    }
}
