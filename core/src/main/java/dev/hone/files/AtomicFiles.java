package dev.hone.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that appear whole or not at all: written under a temporary name, synced, then renamed. */
public final class AtomicFiles {
    private AtomicFiles() {}

    /** Fills a file's channel. */
    @FunctionalInterface
    public interface FileBody {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes a file through its body; an existing file is kept if the body fails. */
    public static void write(Path file, FileBody body) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".hone.tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                body.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            WriteFailure failure = WriteFailure.of(file, e);
            discard(temporary, failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            discard(temporary, e);
            throw e;
        }
        forceFolder(folder);
    }

    private static void discard(Path temporary, Throwable reason) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    public static void write(Path file, byte[] content) throws IOException {
        write(file, channel -> put(channel, ByteBuffer.wrap(content)));
    }

    public static void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes all of a buffer. */
    public static void put(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes a rename durable, where the system can open a folder. */
    public static void forceFolder(@org.jspecify.annotations.Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows does not open folders; there the rename is as durable as the system makes it.
        }
    }
}
