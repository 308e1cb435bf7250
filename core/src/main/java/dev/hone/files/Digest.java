package dev.hone.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over several items in order, by which a result is matched with its inputs. The size of each item is hashed too, so that
 * moving bytes from one item to the next gives another digest. For use by one thread.
 */
public final class Digest {
    private final MessageDigest digest;

    public Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public Digest add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return size(bytes.length).bytes(ByteBuffer.wrap(bytes));
    }

    public Digest add(int[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        bytes.asIntBuffer().put(numbers);
        return size(numbers.length).bytes(bytes);
    }

    /** A file's content. */
    public Digest add(Path file) throws IOException {
        try (InputStream in = InputFile.stream(file)) {
            byte[] buffer = new byte[1 << 20];
            long size = 0;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
            }
            return size(size);
        }
    }

    /** Bytes without their size: parts of an item whose size has been added. */
    public Digest addPart(ByteBuffer bytes) {
        return bytes(bytes);
    }

    private Digest size(long size) {
        return bytes(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
    }

    private Digest bytes(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** The digest in hexadecimal digits; nothing can be added after this call. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
