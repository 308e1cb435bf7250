package dev.hone.recipes.prefer;

import dev.hone.error.DataException;
import dev.hone.files.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of lines that grows and shrinks at its end only; every change is on disk when its method returns. It is locked while it
 * is open. A last line without its line break is what an interrupted write left: it is not read, and the next change removes it.
 * For one thread.
 */
final class LineLog implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final List<String> lines = new ArrayList<>();
    /** Where each line ends, its line break included, in bytes. */
    private final List<Long> ends = new ArrayList<>();

    private LineLog(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens a file, or makes it; {@link DataException} if another process has it open. */
    static LineLog open(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        LineLog log = new LineLog(path, channel);
        try {
            log.lock();
            log.read();
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void lock() throws IOException {
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        }
        if (!free) {
            throw new DataException(
                    path + ": is in use by another ./hone prefer; wait for it, or give another --output");
        }
    }

    private void read() throws IOException {
        byte[] bytes = new byte[Math.toIntExact(channel.size())];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
            // read on
        }
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                lines.add(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                from = at + 1;
                ends.add((long) from);
            }
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    int count() {
        return lines.size();
    }

    void append(String line) throws IOException {
        trim();
        channel.position(channel.size());
        AtomicFiles.put(channel, ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        channel.force(false);
        lines.add(line);
        ends.add(channel.size());
    }

    void removeLast() throws IOException {
        lines.remove(lines.size() - 1);
        ends.remove(ends.size() - 1);
        trim();
    }

    /** Cuts the file where its known lines end. */
    void trim() throws IOException {
        channel.truncate(ends.isEmpty() ? 0 : ends.get(ends.size() - 1));
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
