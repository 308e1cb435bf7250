package dev.hone.data.file;

import dev.hone.files.Digest;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tells whether an input is still the one that something was made of: its path, its size, when it was last written, and a digest of
 * sixteen samples of its bytes. A folder's is that of the names, sizes and times of its files.
 *
 * @param name of the file or folder
 * @param key SHA-256 of all of it
 */
public record FileStamp(String name, String key) {
    private static final int SAMPLES = 16;
    private static final int SAMPLE = 4096;

    /** Of a file or folder, as it is now. */
    public static FileStamp of(Path input) throws IOException {
        Path real = input.toRealPath();
        Digest digest = new Digest().add(real.toString());
        if (Files.isDirectory(real)) {
            try (Stream<Path> files = Files.walk(real)) {
                List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
                for (Path file : all) {
                    digest.add(file + " " + Files.size(file) + " "
                            + Files.getLastModifiedTime(file).toMillis());
                }
            }
        } else {
            digest.add(Files.size(real) + " " + Files.getLastModifiedTime(real).toMillis())
                    .add(samples(real));
        }
        return new FileStamp(String.valueOf(input.getFileName()), digest.hex());
    }

    /** Of a text alone, wherever it stands. */
    public static FileStamp ofText(Path input, String text) {
        return new FileStamp(
                String.valueOf(input.getFileName()), new Digest().add(text).hex());
    }

    /** SHA-256 of parts of a file: its beginning, its end, and some between. */
    static String samples(Path file) throws IOException {
        try (FileChannel channel = InputFile.channel(file)) {
            long size = channel.size();
            Digest digest = new Digest();
            for (int i = 0; i < SAMPLES; i++) {
                long at = Math.max(0, size - SAMPLE) / (SAMPLES - 1) * i;
                at = i == SAMPLES - 1 ? Math.max(0, size - SAMPLE) : at;
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(SAMPLE, size - at));
                while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
                    // read on
                }
                digest.addPart(bytes.flip());
            }
            return digest.hex();
        }
    }
}
