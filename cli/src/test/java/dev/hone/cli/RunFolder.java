package dev.hone.cli;

import dev.hone.recipes.run.FolderLock;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a test looks for in the folder of a run, also while a process writes there. */
record RunFolder(Path path) {
    boolean has(String name) {
        return Files.exists(path.resolve(name));
    }

    /** Whether a state, or another folder or file of it, is being written at this moment. */
    boolean isBeingWritten() {
        return temporary(path) || temporary(path.resolve("checkpoints"));
    }

    private static boolean temporary(Path folder) {
        String[] names = folder.toFile().list();
        return names != null && Stream.of(names).anyMatch(name -> name.matches(".*\\.(tmp|old|part)"));
    }

    /** Steps in the metrics file; 0 where there is none. */
    int steps() {
        try {
            return has("metrics.jsonl")
                    ? MetricsFile.read(path.resolve("metrics.jsonl")).size()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of {@code metrics.jsonl} without the time each took. */
    List<MetricsRow> metrics() throws IOException {
        return MetricsFile.read(path.resolve("metrics.jsonl")).stream()
                .map(row -> {
                    Map<String, Number> values = new LinkedHashMap<>(row.values());
                    values.keySet().removeIf(name -> name.startsWith("seconds"));
                    return new MetricsRow(row.step(), values);
                })
                .toList();
    }

    /** The bytes of every file of a result, by name. */
    Map<String, java.nio.ByteBuffer> result(String name) throws IOException {
        Map<String, java.nio.ByteBuffer> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(path.resolve(name))) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(path.relativize(file).toString(), java.nio.ByteBuffer.wrap(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    /** Files and folders that stand there only while something is written. */
    List<Path> leftovers() throws IOException {
        try (Stream<Path> walk = Files.walk(path)) {
            return walk.filter(file -> file.getFileName().toString().matches(".*\\.(tmp|old|part)"))
                    .toList();
        }
    }

    /** Acquires and releases the lock; fails if another process still holds it. */
    void requireFree() {
        FolderLock.take(path, "run").close();
    }

    /** Where in its life a run stands whose process was killed. */
    String stage() {
        Path checkpoints = path.resolve("checkpoints");
        if (temporary(checkpoints)) {
            return "in the write of a state";
        } else if (has("best.hone.tmp") || has("best.hone.old")) {
            return "in the write of best";
        } else if (has("final.hone.tmp") || has("final.hone.old")) {
            return "in the write of final";
        } else if (has("final")) {
            return "after final, before the end";
        } else if (!has("metrics.jsonl")) {
            return "at the start or among the rows";
        }
        return has("checkpoints") ? "after a state, between writes" : "before the first state";
    }
}
