package dev.hone.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that appear whole or not at all, so that their files always belong together: filled under a temporary name,
 * synced, then renamed.
 *
 * <p>Java cannot exchange two folders in one step. An existing folder is first renamed to {@code NAME.hone.old}, then {@code NAME.hone.tmp} to
 * {@code NAME}, then the old one is deleted. Between the two renames there is no {@code NAME}; a process that ends there leaves both folders
 * whole, and {@link #repair} completes the exchange.
 */
public final class AtomicFolder {
    private static final String FRESH = ".hone.tmp"; // names that nobody else gives
    private static final String OLD = ".hone.old";
    private static final String EARLIER = ".old";

    private AtomicFolder() {}

    /** Fills a folder. */
    @FunctionalInterface
    public interface FolderBody {
        void writeTo(Path folder) throws IOException;
    }

    /** Writes a folder through its body; if the body fails, an existing folder is kept and nothing of the new one. */
    public static void write(Path folder, FolderBody body) throws IOException {
        repair(folder);
        Path fresh = beside(folder, FRESH);
        try {
            Files.createDirectories(fresh);
            body.writeTo(fresh);
            force(fresh);
            takePlace(folder, fresh);
        } catch (IOException e) {
            WriteFailure failure = WriteFailure.of(fresh, e);
            discard(fresh, failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            discard(fresh, e);
            throw e;
        }
    }

    private static void takePlace(Path folder, Path fresh) throws IOException {
        Path old = beside(folder, OLD);
        if (Files.exists(folder)) {
            Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        AtomicFiles.forceFolder(folder.toAbsolutePath().getParent());
        delete(old);
    }

    /** After a process ended while it wrote a folder: completes an exchange that had begun, and deletes partial folders. */
    public static void repair(Path folder) throws IOException {
        Path fresh = beside(folder, FRESH);
        Path old = beside(folder, OLD);
        if (!Files.exists(folder) && Files.exists(old)) { // an old folder is only renamed when the new one is whole
            Files.move(Files.exists(fresh) ? fresh : old, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        if (!Files.exists(folder) && Files.exists(beside(folder, EARLIER))) { // an exchange by an earlier version
            Files.move(beside(folder, EARLIER), folder, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(fresh);
        delete(old);
    }

    /** Deletes a folder with its contents, if it exists; it is renamed first, so that it is never seen half deleted. */
    public static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Path fresh = beside(folder, FRESH);
            delete(fresh);
            Files.move(folder, fresh, StandardCopyOption.ATOMIC_MOVE);
            delete(fresh);
        }
    }

    /** Whether a folder's name is a temporary one. */
    public static boolean isUnfinished(Path folder) {
        String name = folder.getFileName().toString();
        return name.endsWith(".tmp") || name.endsWith(".old");
    }

    /** Deletes a file, or a folder with its contents, if it exists. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(path)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    private static void force(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.toList();
        }
        for (Path each : all) {
            if (Files.isDirectory(each)) {
                AtomicFiles.forceFolder(each);
            } else {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void discard(Path fresh, Throwable reason) {
        try {
            delete(fresh);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private static Path beside(Path folder, String suffix) throws NotDirectoryException {
        Path name = folder.getFileName();
        if (name == null) {
            throw new NotDirectoryException(folder.toString());
        }
        return folder.resolveSibling(name + suffix);
    }
}
