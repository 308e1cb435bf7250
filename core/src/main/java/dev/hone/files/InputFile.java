package dev.hone.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/**
 * Files that are read, opened in one place: regular files only. To open a named pipe is to wait for whoever writes to it, perhaps for
 * ever, and a device may never end; both are refused before they are opened.
 */
public final class InputFile {
    /** No text that is read as a whole (a template, a schema, a settings file) is larger. */
    private static final long LARGEST_TEXT = 16L << 20;

    private InputFile() {}

    /** A path that is no regular file; the message says what it is. */
    public static final class NotRegularException extends IOException {
        private static final long serialVersionUID = 1;

        private NotRegularException(String message) {
            super(message);
        }
    }

    /**
     * Makes sure that a path can be read to an end.
     *
     * @throws NotRegularException if it is a folder, a named pipe, a socket or a device
     * @throws java.nio.file.NoSuchFileException if there is nothing
     */
    public static void require(Path file) throws IOException {
        BasicFileAttributes what = Files.readAttributes(file, BasicFileAttributes.class);
        if (what.isDirectory()) {
            throw new NotRegularException("is a folder, not a file");
        }
        if (!what.isRegularFile()) {
            throw new NotRegularException(
                    "is a named pipe, a socket or a device, not a file; write what it gives to a file first");
        }
    }

    /** Opens a file to be read from its beginning. */
    public static InputStream stream(Path file) throws IOException {
        require(file);
        return Files.newInputStream(file);
    }

    /** Opens a file to be read anywhere. */
    public static FileChannel channel(Path file) throws IOException {
        require(file);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** All bytes of a file that may have at most {@code most}. */
    public static byte[] bytes(Path file, long most) throws IOException {
        try (InputStream in = stream(file)) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, most + 1));
            if (bytes.length > most) {
                throw new IOException(String.format(
                        Locale.ROOT, "is larger than the %,d bytes it may have; is it the right file?", most));
            }
            return bytes;
        }
    }

    /** The text of a file in UTF-8, which may have at most 16 MiB. */
    public static String text(Path file) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(java.nio.ByteBuffer.wrap(bytes(file, LARGEST_TEXT)))
                .toString();
    }
}
