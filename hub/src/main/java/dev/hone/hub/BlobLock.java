package dev.hone.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The right to fetch a blob, or to put a snapshot together, held by one thread of all processes at a time; the others wait and then find it there. */
final class BlobLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private BlobLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes it, waiting while another has it; {@link dev.hone.error.StoppedException} if the observer no longer wants to. */
    static BlobLock take(Path file, String what, TransferObserver observer) {
        FileChannel channel;
        try {
            Files.createDirectories(file.getParent());
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw HubException.writing(file, e);
        }
        try {
            boolean told = false;
            while (true) {
                @Nullable FileLock lock = attempt(channel);
                if (lock != null) {
                    return new BlobLock(channel, lock);
                }
                if (!told) {
                    observer.say(what + ": is being fetched by another process; waiting for it");
                    told = true;
                }
                Attempts.pause(observer);
            }
        } catch (IOException e) {
            close(channel);
            throw new HubException(
                    file + ": cannot be locked (" + e.getMessage() + "); is the cache on a file system that"
                            + " has no locks? HF_HUB_CACHE names another place",
                    e);
        } catch (RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException anotherThread) {
            return null;
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the process's end closes it
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            // closing the channel releases it too
        }
        close(channel);
    }
}
