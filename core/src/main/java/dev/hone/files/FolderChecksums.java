package dev.hone.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code checksums.json}: size and CRC-32C of every other file of a folder, by which missing, torn or flipped files are detected.
 *
 * <pre>{@code
 * {"files": {"state.json": {"bytes": 74, "crc32c": "0a1b2c3d"}, …}}
 * }</pre>
 *
 * <p>It contains nothing that cannot be compared with the files, so damage to itself is detected too. Folders of earlier versions hold the
 * same as {@code manifest.json}, which is read where {@code checksums.json} is missing.
 */
public final class FolderChecksums {
    private static final String NAME = "checksums.json";
    private static final String EARLIER_NAME = "manifest.json";
    private static final String FILES = "files";
    private static final String BYTES = "bytes";
    private static final String CHECKSUM = "crc32c";

    private FolderChecksums() {}

    /** Writes the checksums of a folder that is otherwise complete. */
    public static void write(Path folder) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode files = root.putObject(FILES);
        List<Path> all;
        try (Stream<Path> entries = Files.list(folder)) {
            all = entries.filter(file -> !file.endsWith(NAME) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        for (Path file : all) {
            files.putObject(file.getFileName().toString())
                    .put(BYTES, Files.size(file))
                    .put(CHECKSUM, Checksum.of(file));
        }
        JsonFiles.write(folder.resolve(NAME), root);
    }

    /** Whether a folder has the checksums of its files. */
    public static boolean existIn(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /** A digest of a folder's checksums, and so of its files. */
    public static String digest(Path folder) throws IOException {
        return Checksum.of(folder.resolve(NAME));
    }

    /**
     * Reads every file of a folder that its checksums name once.
     *
     * @throws CheckpointException naming the first file that has changed, and how
     */
    public static void verify(Path folder) {
        List<String> names = new ArrayList<>();
        JsonFiles.read(folder.resolve(NAME)).path(FILES).fieldNames().forEachRemaining(names::add);
        verify(folder, names);
    }

    /**
     * Reads every file of a folder once.
     *
     * @param names files that must be present
     * @throws CheckpointException naming the first file that has changed, and how
     */
    public static void verify(Path folder, List<String> names) {
        Path checksums = Files.exists(folder.resolve(NAME)) || !Files.exists(folder.resolve(EARLIER_NAME))
                ? folder.resolve(NAME)
                : folder.resolve(EARLIER_NAME);
        if (!Files.exists(checksums)) {
            throw new CheckpointException(checksums + ": is missing");
        }
        JsonNode files = JsonFiles.read(checksums).path(FILES);
        for (String name : names) {
            if (!files.path(name).isObject()) {
                throw new CheckpointException(checksums + ": says nothing of " + name);
            }
            try {
                verify(folder.resolve(name), files.path(name));
            } catch (IOException e) {
                throw new CheckpointException(
                        folder.resolve(name) + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
            }
        }
    }

    private static void verify(Path file, JsonNode entry) throws IOException {
        if (!Files.exists(file)) {
            throw new CheckpointException(file + ": is missing");
        }
        long expected = entry.path(BYTES).asLong(-1);
        long size = Files.size(file);
        if (size != expected) {
            throw new CheckpointException(String.format(
                    Locale.ROOT,
                    "%s: is %,d bytes %s than its checksums.json says",
                    file,
                    Math.abs(size - expected),
                    size < expected ? "shorter" : "longer"));
        }
        String found = Checksum.of(file);
        String recorded = entry.path(CHECKSUM).asText();
        if (!found.equals(recorded)) {
            throw new CheckpointException(file + ": has changed since it was written (checksum " + found + " where "
                    + recorded + " was recorded)");
        }
    }
}
