package dev.hone.artefact;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.files.AtomicFiles;
import dev.hone.files.Digest;
import dev.hone.files.JsonFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * Writes an adapter as a Maven artefact, a jar and its pom. The jar holds the adapter's files under {@code META-INF/hone/adapters/GROUP/ARTEFACT/}, and beside
 * them {@code adapter.json}: coordinates, licence, base, the size and SHA-256 of each file, and the manifest of the run that trained it where
 * there is one. The same adapter always gives the same bytes.
 */
public final class AdapterJar {
    static final String FOLDER = "META-INF/hone/adapters/";
    static final String INDEX = "adapter.json";

    private static final long NO_TIME = 315_532_800_000L; // 1 January 1980, where the times of a zip file begin

    private AdapterJar() {}

    /**
     * What a jar says about itself.
     *
     * @param licence as SPDX names it, such as {@code Apache-2.0}
     * @param base where others find the base that the adapter was trained on
     */
    public record About(Coordinates coordinates, String licence, String base) {
        public About {
            if (!licence.matches("[A-Za-z0-9][A-Za-z0-9.+ ()-]*")) {
                throw new IllegalArgumentException(
                        "licence (" + licence + ") must be a name such as Apache-2.0, MIT or LicenseRef-Proprietary");
            }
        }
    }

    /** Writes both files into a folder; each appears whole. */
    public static Path write(AdapterOnBase adapted, About about, Path folder) throws IOException {
        Map<String, Path> files = files(adapted.folder());
        ObjectNode index = index(adapted, about, files);
        Files.createDirectories(folder);
        Path jar = folder.resolve(about.coordinates().fileName() + ".jar");
        String pom = pom(about);
        String place =
                FOLDER + about.coordinates().group() + "/" + about.coordinates().artefact() + "/";
        AtomicFiles.write(jar, channel -> {
            OutputStream file = Channels.newOutputStream(channel); // not closed: the channel is synced afterwards
            JarOutputStream out = new JarOutputStream(file);
            out.setLevel(Deflater.BEST_SPEED);
            text(out, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nCreated-By: hone\r\n\r\n");
            text(
                    out,
                    "META-INF/maven/" + about.coordinates().group() + "/"
                            + about.coordinates().artefact() + "/pom.xml",
                    pom);
            text(out, place + INDEX, index.toPrettyString() + "\n");
            for (Map.Entry<String, Path> entry : files.entrySet()) {
                out.putNextEntry(entry(place + entry.getKey()));
                Files.copy(entry.getValue(), out);
                out.closeEntry();
            }
            out.finish();
            out.flush();
        });
        AtomicFiles.write(folder.resolve(about.coordinates().fileName() + ".pom"), pom);
        return jar;
    }

    /** The files of an adapter, by their names in it. */
    private static Map<String, Path> files(Path folder) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .forEach(
                            file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
        }
        return files;
    }

    private static ObjectNode index(AdapterOnBase adapted, About about, Map<String, Path> files) throws IOException {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("coordinates", about.coordinates().toString())
                .put("licence", about.licence())
                .put("base", about.base())
                .put("model-type", adapted.base().config().architecture().modelType());
        ObjectNode list = index.putObject("files");
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            list.putObject(entry.getKey())
                    .put("bytes", Files.size(entry.getValue()))
                    .put("sha256", sha256(entry.getValue()));
        }
        Path manifest = adapted.folder().toAbsolutePath().resolveSibling("manifest.json");
        if (Files.isRegularFile(manifest)) {
            index.set("run", JsonFiles.read(manifest));
        }
        return index;
    }

    private static String pom(About about) {
        Coordinates c = about.coordinates();
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                  <packaging>jar</packaging>
                  <description>A low-rank adapter for %s</description>
                  <licenses>
                    <license><name>%s</name></license>
                  </licenses>
                </project>
                """.formatted(c.group(), c.artefact(), c.version(), escaped(about.base()), escaped(about.licence()));
    }

    /** SHA-256 of a file's bytes, in hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        Digest digest = new Digest();
        byte[] part = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                digest.addPart(ByteBuffer.wrap(part, 0, read));
            }
        }
        return digest.hex();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void text(JarOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(entry(name));
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }

    private static JarEntry entry(String name) {
        JarEntry entry = new JarEntry(name);
        entry.setTime(NO_TIME);
        return entry;
    }
}
