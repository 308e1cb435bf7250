package dev.hone.data.file;

import dev.hone.files.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Files that were made of inputs once, to be used again: what was packed, unpacked; tables as JSON Lines; the places of the rows of large
 * files. Each appears whole or not at all, under the {@link FileStamp} of what it was made of, beside a note of its size and samples of
 * its bytes, so that another input or a damaged file is never taken for it. Any of them may be deleted at any time; it is made again.
 *
 * @param folder where they are kept
 */
public record RowCache(Path folder) {
    /** Characters of a stamp in a file's name. */
    private static final int KEY = 24;

    /** Writes a file that is to be kept. */
    @FunctionalInterface
    public interface Maker {
        void write(Path file) throws IOException;
    }

    /** That of this user: the folder of the system property {@code hone.cache}, else {@code .cache/hone} below the home. */
    public static RowCache ofUser() {
        String set = System.getProperty("hone.cache", "");
        return new RowCache(
                (set.isEmpty() ? Path.of(System.getProperty("user.home", "."), ".cache", "hone") : Path.of(set))
                        .resolve("rows"));
    }

    /** The file that is kept, if there is one and it is whole. */
    Optional<Path> kept(FileStamp stamp, String kind) throws IOException {
        Path file = file(stamp, kind);
        Path note = note(file);
        boolean whole = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(note, StandardCharsets.UTF_8).equals(describe(file));
        return whole ? Optional.of(file) : Optional.empty();
    }

    /** The file that is kept, or a new one. */
    public Path made(FileStamp stamp, String kind, Maker maker) throws IOException {
        Optional<Path> known = kept(stamp, kind);
        if (known.isPresent()) {
            return known.get();
        }
        Files.createDirectories(folder);
        Path file = file(stamp, kind);
        Path part = Files.createTempFile(folder, "making-", "." + kind);
        try {
            maker.write(part);
            String description = describe(part);
            Files.deleteIfExists(note(file)); // so that no old note stands beside a new file
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            AtomicFiles.write(note(file), description);
        } finally {
            Files.deleteIfExists(part);
        }
        return file;
    }

    private Path file(FileStamp stamp, String kind) {
        String name = stamp.name().replaceAll("[^\\p{L}\\p{N}._-]", "_");
        return folder.resolve(name.substring(0, Math.min(80, name.length())) + "-"
                + stamp.key().substring(0, KEY) + "." + kind);
    }

    private static Path note(Path file) {
        return file.resolveSibling(file.getFileName() + ".whole");
    }

    private static String describe(Path file) throws IOException {
        return Files.size(file) + " bytes, samples " + FileStamp.samples(file) + "\n";
    }
}
