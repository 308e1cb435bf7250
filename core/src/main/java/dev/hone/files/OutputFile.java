package dev.hone.files;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * A file that a user names for a result. It is written beside and takes its name when it is whole, so that what had the name before is
 * kept until then. Through a link the file that it leads to is replaced. What is there and no file, as {@code /dev/stdout} or a named pipe,
 * is written to directly.
 */
public final class OutputFile {
    private OutputFile() {}

    /** Writes the lines of a file. */
    @FunctionalInterface
    public interface TextBody {
        void writeTo(Writer out) throws IOException;
    }

    /** Writes a file in UTF-8 through its body; where the body fails, what was there before is kept. */
    public static void write(Path file, TextBody body) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder, not a file");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            try (Writer out = Files.newBufferedWriter(file)) {
                body.writeTo(out);
            }
            return;
        }
        Path target = Files.exists(file) ? file.toRealPath() : file;
        AtomicFiles.write(target, channel -> {
            Writer out = writer(channel); // not closed: the channel is synced afterwards
            body.writeTo(out);
            out.flush();
        });
    }

    private static Writer writer(FileChannel channel) {
        return new BufferedWriter(
                new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8.newEncoder()));
    }

    /** The first of some inputs that is the same file or folder as an output, also where links lead there. */
    public static Optional<Path> sameAsOneOf(Path output, Collection<Path> inputs) throws IOException {
        for (Path input : inputs) {
            if (same(output, input)) {
                return Optional.of(input);
            }
        }
        return Optional.empty();
    }

    /** Whether two paths lead to the same file or folder; one that does not exist is the same as none. */
    public static boolean same(Path one, Path other) throws IOException {
        return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    }

    /** {@code /dev/stdout} leads to a pipe, which has none. */
    private static boolean hasRealPath(Path path) {
        try {
            return path.toRealPath().isAbsolute();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a path lies inside a folder, at any depth, or is it; links are followed, and the path need not exist yet. */
    public static boolean inside(Path path, Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        for (Path at = path.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (same(at, folder)) {
                return true;
            }
            if (Files.exists(at) && hasRealPath(at)) {
                return at.toRealPath().startsWith(folder.toRealPath());
            }
        }
        return false;
    }
}
