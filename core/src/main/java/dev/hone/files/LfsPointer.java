package dev.hone.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The few lines of text that stand for a large file where a repository was cloned without fetching it (Git LFS). */
public final class LfsPointer {
    private static final String START = "version https://git-lfs.github.com/spec/";
    private static final Pattern SIZE = Pattern.compile("(?m)^size (\\d+)$");

    /** A pointer has less than 1024 bytes, says its specification. */
    private static final int MOST_BYTES = 1024;

    private LfsPointer() {}

    /** What to say of a file that is such a pointer, after its name; empty for any other file, and for one that cannot be read. */
    public static Optional<String> complaint(Path file) {
        try (InputStream in = InputFile.stream(file)) {
            return complaint(in.readNBytes(MOST_BYTES));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The same of a file's first bytes. */
    public static Optional<String> complaint(byte[] first) {
        String text = new String(first, 0, Math.min(first.length, MOST_BYTES), StandardCharsets.UTF_8);
        if (!text.startsWith(START)) {
            return Optional.empty();
        }
        Matcher size = SIZE.matcher(text);
        return Optional.of("is a Git LFS pointer and not the file itself"
                + (size.find() ? " (of " + size.group(1) + " bytes)" : "")
                + ", which was not fetched; run git lfs pull in the clone, or ./hone download ORG/NAME");
    }
}
