package dev.hone.recipes.provenance;

import dev.hone.error.CheckpointException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SHA-256 of inputs and results; each file is read once. For use by one thread. */
public final class InputHashes {
    private final Map<Path, String> known = new HashMap<>();
    private @Nullable FutureTask<Map<Path, String>> ahead;

    /** Begins to read files and folders on a thread of its own, so that their hashes are there when they are asked for. */
    public static InputHashes ahead(Collection<Path> paths) {
        InputHashes hashes = new InputHashes();
        FutureTask<Map<Path, String>> reading = new FutureTask<>(() -> {
            InputHashes own = new InputHashes();
            paths.forEach(own::of);
            return own.known;
        });
        hashes.ahead = reading;
        Thread thread = new Thread(reading, "hashes");
        thread.setDaemon(true);
        thread.start();
        return hashes;
    }

    private void await() {
        if (ahead != null) {
            try {
                known.putAll(ahead.get());
            } catch (ExecutionException e) {
                // whatever could not be read is read again here, and then reported
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ahead = null;
        }
    }

    /**
     * Of a file its bytes; of a folder, names and bytes of the files in it that make a model: weights, JSON and templates; where it holds
     * none of these, of all files in it at any depth, as they are documents.
     *
     * @throws CheckpointException if it cannot be read
     */
    public String of(Path path) {
        await();
        String hash = known.get(path);
        if (hash == null) {
            hash = Files.isDirectory(path) ? folder(path) : file(path);
            known.put(path, hash);
        }
        return hash;
    }

    private String folder(Path path) {
        Map<String, String> model = files(path);
        if (!model.isEmpty()) {
            return text(model.toString());
        }
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> entries = Files.walk(path)) {
            entries.filter(Files::isRegularFile)
                    .forEach(entry -> all.put(path.relativize(entry).toString(), of(entry)));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return text(all.toString());
    }

    /** Of each file in a folder that makes a model. */
    public Map<String, String> files(Path folder) {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(path -> path.toString().matches(".*\\.(safetensors|json|jinja|model(\\.v\\w+)?)"))
                    .forEach(path -> files.put(path.getFileName().toString(), of(path)));
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
        return files;
    }

    public static String text(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String file(Path path) {
        try (DigestInputStream in = new DigestInputStream(InputFile.stream(path), digest())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static CheckpointException unreadable(Path path, IOException e) {
        return new CheckpointException(path + ": cannot be read (" + e.getMessage() + ")", e);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
