package dev.hone.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) of files: detects corruption by a disk or a copy, at the speed of reading. Not a signature. */
public final class Checksum {
    private static final int CHUNK = 1 << 20;

    private Checksum() {}

    /** The checksum of a file's bytes, as eight hexadecimal digits. */
    public static String of(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        try (FileChannel channel = InputFile.channel(file)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(CHUNK, channel.size())));
            while (channel.read(buffer) >= 0) {
                sum.update(buffer.flip());
                buffer.clear();
            }
        }
        return String.format("%08x", sum.getValue());
    }
}
