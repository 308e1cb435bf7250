package dev.hone.hub;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is sent: what it is called in the repository, and its content.
 *
 * @param path in the repository, its parts divided by slashes
 * @param file where the content is; null: {@code text} is it
 */
public record UploadFile(String path, @Nullable Path file, byte[] text, long size) {
    private static final int SAMPLE = 512;

    /** A file on disk. */
    public static UploadFile of(String path, Path file) throws IOException {
        return new UploadFile(path, file, new byte[0], Files.size(file));
    }

    /** A file that is made up here. */
    public static UploadFile of(String path, byte[] text) {
        return new UploadFile(path, null, text, text.length);
    }

    private InputStream open() throws IOException {
        return file == null ? new ByteArrayInputStream(text) : Files.newInputStream(file);
    }

    byte[] content() throws IOException {
        try (InputStream in = open()) {
            return in.readAllBytes();
        }
    }

    /** Its first bytes, by which the hub tells text from binary content. */
    byte[] sample() throws IOException {
        try (InputStream in = open()) {
            return in.readNBytes(SAMPLE);
        }
    }

    String sha256() throws IOException {
        try (InputStream in = open()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A part as the body of a request, which says how many bytes have left. */
    BodyPublisher part(long from, long length, LongConsumer sent) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> slice(from, length, sent)), length);
    }

    private InputStream slice(long from, long length, LongConsumer sent) {
        try {
            InputStream in = open();
            in.skipNBytes(from);
            return new Counted(in, length, sent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Counted extends FilterInputStream {
        private final LongConsumer sent;
        private long left;

        Counted(InputStream in, long length, LongConsumer sent) {
            super(in);
            this.left = length;
            this.sent = sent;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, from, (int) Math.min(count, left));
            if (read > 0) {
                left -= read;
                sent.accept(read);
            }
            return read;
        }
    }
}
