package dev.hone.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that could not be written: which one, why, and, where the disk is full, how much space is free and what to do. The system's own
 * message for a full disk names no file.
 */
public final class WriteFailure extends IOException {
    private static final long serialVersionUID = 1;
    /** With less free space the disk is the reason, whatever the language of the system's message. */
    private static final long HARDLY_ANY = 1L << 20;

    private WriteFailure(String message, IOException cause) {
        super(message, cause);
    }

    /** The failure with its file; unchanged if it already is one. */
    public static WriteFailure of(Path file, IOException e) {
        if (e instanceof WriteFailure failure) {
            return failure;
        }
        String reason = reason(e);
        long free = free(file);
        boolean full = reason.matches("(?i).*(no space left|quota exceeded|not enough space|file too large).*")
                || free >= 0 && free < HARDLY_ANY;
        return new WriteFailure(
                file + ": " + reason
                        + (full
                                ? String.format(
                                        Locale.ROOT,
                                        "; %,d bytes are free there; make room and give the same command again",
                                        Math.max(0, free))
                                : ""),
                e);
    }

    /** Why a file could not be read, for a message. */
    public static String whyUnreadable(IOException e) {
        return e instanceof NoSuchFileException missing && missing.getFile() != null
                ? MissingPath.file(Path.of(missing.getFile()))
                : Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }

    private static String reason(IOException e) {
        @Nullable String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        return Objects.requireNonNullElse(reason, e.getClass().getSimpleName());
    }

    /** Free bytes on the disk of a file; -1 where unknown. */
    private static long free(Path file) {
        for (Path place = file.toAbsolutePath(); place != null; place = place.getParent()) {
            if (Files.exists(place)) {
                try {
                    return Files.getFileStore(place).getUsableSpace();
                } catch (IOException unknown) {
                    return -1;
                }
            }
        }
        return -1;
    }
}
