package dev.hone.gguf.convert;

import dev.hone.files.AtomicFolder;
import dev.hone.files.SingleFileModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * GGUF files that stand for a model: each is unpacked once, into a folder of its own under {@value #PROPERTY}, or {@code ~/.cache/hone/gguf}. A file that
 * changes gets another folder. Folders appear whole or not at all.
 */
public final class GgufFolders implements SingleFileModel {
    /** The system property that names the folder of folders. */
    public static final String PROPERTY = "hone.gguf-cache";

    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

    @Override
    public boolean reads(Path file) throws IOException {
        if (String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".gguf")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    @Override
    public Path unpacked(Path file) throws IOException {
        Path folder = root().resolve(name(file.toRealPath()));
        if (!Files.exists(folder.resolve("config.json"))) {
            GgufBase base = GgufBase.open(file); // before anything is written
            Files.createDirectories(folder.getParent());
            write(folder, base);
        }
        return folder;
    }

    /** Writes a folder unless another thread or process has written it meanwhile. */
    private static void write(Path folder, GgufBase base) throws IOException {
        synchronized (GgufFolders.class) {
            Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (!Files.exists(folder.resolve("config.json"))) {
                    AtomicFolder.write(folder, base::writeTo);
                }
            }
        }
    }

    private static Path root() {
        String stated = System.getProperty(PROPERTY, "");
        return stated.isEmpty()
                ? Path.of(System.getProperty("user.home", "."), ".cache", "hone", "gguf")
                : Path.of(stated);
    }

    /** The file's name, and a number that follows from its place, its size and when it was written. */
    private static String name(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        sum.update((file + "\n" + Files.size(file) + "\n" + Files.getLastModifiedTime(file))
                .getBytes(StandardCharsets.UTF_8));
        return file.getFileName().toString().replaceFirst("(?i)\\.gguf$", "")
                + String.format(Locale.ROOT, "-%08x", sum.getValue());
    }
}
