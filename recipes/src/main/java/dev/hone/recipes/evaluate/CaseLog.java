package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of a task's rows, in their order, as they come: in memory, and in a file of JSON Lines that a killed process leaves with
 * whole waves. For use by one thread.
 */
public final class CaseLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final @Nullable Path file;
    private final List<CaseResult> results = new ArrayList<>();

    private CaseLog(@Nullable Path file) {
        this.file = file;
    }

    /** A log that nobody reads later. */
    public static CaseLog inMemory() {
        return new CaseLog(null);
    }

    /** A log that is empty, whatever stood there before. */
    public static CaseLog begin(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        return new CaseLog(file);
    }

    /**
     * The log in a file, which may be missing.
     *
     * @param wave results are kept in wholes of this many, unless there are {@code count}; what an interruption left behind them is cut off
     */
    static CaseLog resume(Path file, int wave, int count) {
        if (!Files.exists(file)) {
            return begin(file);
        }
        CaseLog log = new CaseLog(file);
        long end = 0;
        try {
            byte[] bytes = Files.readAllBytes(file);
            int from = 0;
            List<Integer> ends = new ArrayList<>();
            for (int i = 0; i < bytes.length && log.results.size() < count; i++) {
                if (bytes[i] == '\n') {
                    JsonNode json = parsed(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                    if (json == null || json.path("row").asInt(-1) != log.results.size()) {
                        break;
                    }
                    log.results.add(CaseResult.read(json));
                    ends.add(i + 1);
                    from = i + 1;
                }
            }
            int kept = log.results.size() == count ? count : log.results.size() / wave * wave;
            log.results.subList(kept, log.results.size()).clear();
            end = kept == 0 ? 0 : ends.get(kept - 1);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        return log;
    }

    /** The results in a file. */
    public static List<CaseResult> read(Path file) {
        JsonlFile lines = JsonlFile.open(file);
        List<CaseResult> results = new ArrayList<>();
        for (int row = 0; row < lines.rows(); row++) {
            results.add(CaseResult.read(lines.row(row)));
        }
        return results;
    }

    private static @Nullable JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return null; // the process ended while it was written
        }
    }

    /** Adds the results of a wave. */
    public void add(List<CaseResult> wave) {
        if (file != null) {
            StringBuilder lines = new StringBuilder();
            wave.forEach(result -> lines.append(result.json()).append('\n'));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw unwritable(file, e);
            }
        }
        results.addAll(wave);
    }

    /** All results so far. */
    public List<CaseResult> results() {
        return List.copyOf(results);
    }

    int size() {
        return results.size();
    }

    private static CheckpointException unwritable(Path file, IOException e) {
        return new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
    }
}
