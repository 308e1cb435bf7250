package dev.hone.recipes.run;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every other process, and every other part of this one, from writing to a folder until it is closed.
 *
 * <p>The file {@code .lock} is locked. Somebody may delete it: so {@code .writer} beside it says which process has the folder, which is
 * asked where the lock is missing; and the one that has it can find out that it {@linkplain #requireHeld lost} it.
 */
public final class FolderLock implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String WRITER = ".writer";

    private final Path folder;
    private final String work;
    private final FileChannel channel;
    private final FileLock lock;
    private final @Nullable Object key;

    private FolderLock(Path folder, String work, FileChannel channel, FileLock lock) throws IOException {
        this.folder = folder;
        this.work = work;
        this.channel = channel;
        this.lock = lock;
        this.key = key(folder);
    }

    private static @Nullable Object key(Path folder) throws IOException {
        return Files.readAttributes(folder.resolve(LOCK), BasicFileAttributes.class)
                .fileKey();
    }

    /**
     * Takes a folder, making it if need be.
     *
     * @param work what is written there, for the message
     * @throws CheckpointException if somebody else has it, or it cannot be made
     */
    public static FolderLock take(Path folder, String work) {
        try {
            Files.createDirectories(folder);
            if (!Files.exists(folder.resolve(LOCK))) {
                requireNoWriter(folder, work);
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new CheckpointException(
                        folder + ": another process is writing this " + work + "; wait for it to end");
            }
            AtomicFiles.write(folder.resolve(WRITER), own());
            return new FolderLock(folder, work, channel, lock);
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be used for a " + work + " (" + e.getMessage() + ")", e);
        }
    }

    /** The number of this process and when it began, by which it is told from a later one of the same number. */
    private static String own() {
        return described(ProcessHandle.current());
    }

    private static String described(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toString).orElse("") + "\n";
    }

    private static void requireNoWriter(Path folder, String work) throws IOException {
        Path writer = folder.resolve(WRITER);
        if (!Files.exists(writer)) {
            return;
        }
        String known = InputFile.text(writer);
        Matcher number = Pattern.compile("(\\d{1,18}) .*\\R?").matcher(known);
        if (number.matches()
                && ProcessHandle.of(Long.parseLong(number.group(1)))
                        .filter(process ->
                                process.isAlive() && described(process).equals(known))
                        .isPresent()) {
            throw new CheckpointException(folder + ": process " + number.group(1) + " is writing this " + work
                    + ", although .lock is missing; wait for it to end");
        }
    }

    /**
     * Makes sure that the folder still is this one's.
     *
     * @throws CheckpointException if it, or its lock, was deleted or replaced since
     */
    public void requireHeld() {
        boolean held;
        try {
            held = key == null || key.equals(key(folder));
        } catch (IOException e) {
            held = false;
        }
        if (!held) {
            throw new CheckpointException(folder + ": was deleted or moved, or lost its .lock, while this " + work
                    + " was writing to it; nothing more is written there");
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            if (key == null || Files.exists(folder.resolve(LOCK)) && key.equals(key(folder))) {
                Files.deleteIfExists(folder.resolve(WRITER));
            }
            lock.release();
            channel.close();
        } catch (IOException e) {
            // the process ends or continues without the lock; either way nobody else is kept out
        }
    }
}
