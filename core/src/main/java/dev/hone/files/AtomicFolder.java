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
 * Folders that appear whole or not at all, so that their files always belong together: filled beside their place, forced to
 * disk, then renamed.
 *
 * <p>No system exchanges two folders in one step that Java could ask for. Where there was a folder before, it is first renamed
 * {@code NAME.old}, then {@code NAME.tmp} becomes {@code NAME}, then the old one is deleted. Whoever looks between the two
 * renames finds neither; a process that ends there has left both whole, and {@link #repair} finishes what it began.
 */
public final class AtomicFolder {
    private static final String FRESH = ".tmp";
    private static final String OLD = ".old";

    private AtomicFolder() {}

    /** Fills a folder. */
    @FunctionalInterface
    public interface Body {
        void writeTo(Path folder) throws IOException;
    }

    /** Writes a folder through its body; what was there before stays if the body fails, and nothing of the new one does. */
    public static void write(Path folder, Body body) throws IOException {
        repair(folder);
        Path fresh = beside(folder, FRESH);
        try {
            Files.createDirectories(fresh);
            body.writeTo(fresh);
            force(fresh);
            takePlace(folder, fresh);
        } catch (IOException e) {
            WriteFailure told = WriteFailure.of(fresh, e);
            discard(fresh, told);
            throw told;
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

    /** After a process ended while it wrote a folder: finishes an exchange that had begun, and deletes what was half written. */
    public static void repair(Path folder) throws IOException {
        Path fresh = beside(folder, FRESH);
        Path old = beside(folder, OLD);
        if (!Files.exists(folder) && Files.exists(old)) { // only a whole one makes another step aside
            Files.move(Files.exists(fresh) ? fresh : old, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(fresh);
        delete(old);
    }

    /** Deletes a folder with all that is in it, if it exists; it leaves its place first, so that nobody finds half of it. */
    public static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Path fresh = beside(folder, FRESH);
            delete(fresh);
            Files.move(folder, fresh, StandardCopyOption.ATOMIC_MOVE);
            delete(fresh);
        }
    }

    /** Whether a name is one that a folder has only while it is written. */
    public static boolean isUnfinished(Path folder) {
        String name = folder.getFileName().toString();
        return name.endsWith(FRESH) || name.endsWith(OLD);
    }

    /** Deletes a file, or a folder with all that is in it, if it exists. */
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
