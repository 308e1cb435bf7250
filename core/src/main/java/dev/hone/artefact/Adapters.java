package dev.hone.artefact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Adapters that a project has on its classpath, as {@link AdapterJar} writes them. Nothing goes to the network. */
public final class Adapters {
    private Adapters() {}

    /**
     * The adapter of an artefact on the classpath, with its files in a temporary folder until it is closed; each is held against the digest in
     * the jar.
     *
     * @param name {@code group:artefact}
     * @throws CheckpointException if there is none of this name, or two, or a file is damaged
     */
    public static PackagedAdapter fromClasspath(String name) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return fromClasspath(name, context == null ? Adapters.class.getClassLoader() : context);
    }

    /** The same from another loader's classpath. */
    public static PackagedAdapter fromClasspath(String name, ClassLoader loader) {
        if (!name.matches("[^:/\\\\]+:[^:/\\\\]+")) {
            throw new CheckpointException(
                    "adapter (" + name + ") must be named group:artefact; the version is the classpath's");
        }
        String index = AdapterJar.FOLDER + name.replace(':', '/') + "/" + AdapterJar.INDEX;
        try {
            List<URL> found = new ArrayList<>(Collections.list(loader.getResources(index)));
            if (found.size() != 1) {
                throw new CheckpointException("adapter " + name + ": "
                        + (found.isEmpty()
                                ? "is not on the classpath; add its artefact as a dependency"
                                : "is on the classpath " + found.size() + " times: " + found));
            }
            return unpacked(found.get(0));
        } catch (IOException e) {
            throw new UncheckedIOException("adapter " + name + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static PackagedAdapter unpacked(URL index) throws IOException {
        JsonNode about;
        try (InputStream in = index.openStream()) {
            about = new ObjectMapper().readTree(in);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(index + ": is not valid JSON", e);
        }
        Path folder = Files.createTempDirectory("hone-adapter");
        try {
            for (Map.Entry<String, JsonNode> file : about.path("files").properties()) {
                copy(index, file.getKey(), file.getValue().path("sha256").asText(), folder);
            }
            return new PackagedAdapter(
                    Coordinates.of(about.path("coordinates").asText()),
                    about.path("licence").asText(),
                    about.path("base").asText(),
                    folder);
        } catch (IllegalArgumentException e) {
            AtomicFolder.delete(folder);
            throw new CheckpointException(index + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            AtomicFolder.delete(folder);
            throw e;
        }
    }

    private static void copy(URL index, String name, String digest, Path folder) throws IOException {
        Path place = folder.resolve(name).normalize();
        if (!place.startsWith(folder)) {
            throw new CheckpointException(index + ": names the file " + name + ", which lies outside of the adapter");
        }
        Files.createDirectories(place.getParent());
        String text = index.toString();
        String file = text.substring(0, text.length() - AdapterJar.INDEX.length()) + name.replace(" ", "%20");
        try (InputStream in = URI.create(file).toURL().openStream()) {
            Files.copy(in, place);
        }
        if (!AdapterJar.sha256(place).equals(digest)) {
            throw new CheckpointException(
                    file + ": is not what was packed (its SHA-256 differs); fetch the artefact again");
        }
    }
}
