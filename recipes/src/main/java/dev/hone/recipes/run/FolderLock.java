package dev.hone.recipes.run;

import dev.hone.error.CheckpointException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps every other process, and every other part of this one, from writing to a folder until it is closed. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
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
            FileChannel channel =
                    FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new CheckpointException(
                        folder + ": another process is writing this " + work + "; wait for it to end");
            }
            return new FolderLock(channel, lock);
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be used for a " + work + " (" + e.getMessage() + ")", e);
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
            lock.release();
            channel.close();
        } catch (IOException e) {
            // the process ends or continues without the lock; either way nobody else is kept out
        }
    }
}
