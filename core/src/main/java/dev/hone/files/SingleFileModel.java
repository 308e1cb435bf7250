package dev.hone.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * A format in which a model is one file. Its module says how such a file becomes a folder in Hugging Face format; it is found through {@link
 * ServiceLoader}, so that nothing here knows it. Safe for use by several threads.
 */
public interface SingleFileModel {
    /** Whether a file is of this format, by its name or its first bytes. */
    boolean reads(Path file) throws IOException;

    /** The folder that a file is unpacked into, which is written where it is not there yet. */
    Path unpacked(Path file) throws IOException;

    /** The folder of a model that is named by its file; anything else is given back as it is. */
    static Path folderOf(Path named) {
        if (!Files.isRegularFile(named)) {
            return named;
        }
        try {
            for (SingleFileModel format : ServiceLoader.load(SingleFileModel.class)) {
                if (format.reads(named)) {
                    return format.unpacked(named);
                }
            }
            return named;
        } catch (IOException e) {
            throw new UncheckedIOException(named + ": cannot be unpacked (" + e.getMessage() + ")", e);
        }
    }
}
