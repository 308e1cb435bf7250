package dev.hone.data.file;

import com.github.luben.zstd.ZstdInputStream;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Ways in which a file of rows is compressed, known by their first bytes. */
enum Packing {
    GZIP(".gz", 0x1F, 0x8B) {
        @Override
        InputStream opened(InputStream packed) throws IOException {
            return new GZIPInputStream(packed, 1 << 16);
        }
    },
    ZSTD(".zst", 0x28, 0xB5, 0x2F, 0xFD) {
        @Override
        InputStream opened(InputStream packed) throws IOException {
            return new ZstdInputStream(packed).setLongMax(31);
        }
    };

    private final String ending;
    private final int[] begins;

    Packing(String ending, int... begins) {
        this.ending = ending;
        this.begins = begins;
    }

    abstract InputStream opened(InputStream packed) throws IOException;

    static Optional<Packing> of(byte[] head) {
        for (Packing packing : values()) {
            if (ForeignFormat.begins(head, packing.begins)) {
                return Optional.of(packing);
            }
        }
        return Optional.empty();
    }

    /** {@code gzip}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of what is packed: {@code a.jsonl} of {@code a.jsonl.gz}. */
    String inner(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(ending)
                ? name.substring(0, name.length() - ending.length())
                : lower.endsWith(".zstd") ? name.substring(0, name.length() - ".zstd".length()) : name;
    }

    /** Writes what a file holds to another; {@link DataException} if it is damaged. */
    void unpack(Path packed, Path to) throws IOException {
        try (InputStream raw = new BufferedInputStream(InputFile.stream(packed), 1 << 20);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 20];
            try (InputStream in = opened(raw)) {
                for (int read = read(packed, in, buffer); read > 0; read = read(packed, in, buffer)) {
                    out.write(buffer, 0, read);
                }
            }
        }
    }

    /** Reading fails for what is read; writing, which is the disk's, is told apart. */
    private int read(Path packed, InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (EOFException e) {
            throw DataException.at(
                    packed.toString(), "ends in the middle of its " + label() + " data; was it downloaded whole?", e);
        } catch (IOException e) {
            boolean cut = String.valueOf(e.getMessage()).contains("Truncated");
            throw DataException.at(
                    packed.toString(),
                    cut
                            ? "ends in the middle of its " + label() + " data; was it downloaded whole?"
                            : "is damaged: its " + label() + " data cannot be unpacked (" + e.getMessage() + ")",
                    e);
        }
    }
}
