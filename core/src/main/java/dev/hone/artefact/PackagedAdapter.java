package dev.hone.artefact;

import dev.hone.files.AtomicFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * An adapter from a jar, with its files in a folder that is deleted when it is closed. An adapter that was read from there needs the folder no longer.
 *
 * @param licence as SPDX names it
 * @param base where others find the base it was trained on
 * @param folder with the adapter's files, for everything that opens an adapter
 */
public record PackagedAdapter(Coordinates coordinates, String licence, String base, Path folder)
        implements AutoCloseable {
    @Override
    public void close() {
        try {
            AtomicFolder.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": could not be deleted (" + e.getMessage() + ")", e);
        }
    }
}
