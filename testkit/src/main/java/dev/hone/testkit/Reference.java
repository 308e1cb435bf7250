package dev.hone.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Real data and reference numbers that do not travel with the project; named by the property {@code hone.reference}. */
public final class Reference {
    private Reference() {}

    /** A path within the reference data; the calling test is skipped, saying so, where there is none. */
    public static Path path(String relative) {
        String root = System.getProperty("hone.reference", "");
        assumeTrue(!root.isEmpty(), "hone.reference is not set: no reference data to compare with");
        Path path = Path.of(root).resolve(relative);
        assumeTrue(Files.exists(path), path + " does not exist: no reference data to compare with");
        return path;
    }

    public static JsonNode json(String relative) {
        try {
            return new ObjectMapper().readTree(path(relative).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of a JSONL file. */
    public static JsonNode parsed(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
