package dev.hone.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A file or folder that is not there, for messages. A relative path starts at the folder in which the program was called, which a user
 * of a file written elsewhere may not expect, so that folder is named; and what looks like a name of the Hugging Face hub is known.
 */
public final class MissingPath {
    /** First parts of paths that people keep their own models and data under. */
    private static final Set<String> OWN_FOLDERS =
            Set.of("models", "model", "checkpoints", "adapters", "runs", "output", "outputs", "data", "datasets");

    private MissingPath() {}

    /** {@code no such file in /home/me}. */
    public static String file(Path path) {
        return "no such file" + place(path);
    }

    /** {@code no such folder in /home/me}. */
    public static String folder(Path path) {
        return "no such folder" + place(path);
    }

    /** {@code no such file or folder in /home/me}. */
    public static String any(Path path) {
        return "no such file or folder" + place(path);
    }

    /**
     * The name on the hub that was written in place of a path: an owner and a name, neither of them a folder here. A folder for
     * models of one's own is no owner.
     */
    public static Optional<String> hubName(Path path) {
        boolean name = path.toString().matches("[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*")
                && !path.toString().matches(".*\\.(jsonl?|csv|tsv|parquet|arrow|txt|gz|zip)")
                && !OWN_FOLDERS.contains(path.getName(0).toString())
                && !Files.isDirectory(path.getName(0));
        return name ? Optional.of(path.toString()) : Optional.empty();
    }

    private static String place(Path path) {
        return path.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath();
    }
}
