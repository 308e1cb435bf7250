package dev.hone.recipes.provenance;

import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The code that is running: which versions, and a digest of our own classes. */
public final class CodeVersion {
    private CodeVersion() {}

    /**
     * The version that Maven left in a jar, or that there is none; reading it loads none of the jar's classes.
     *
     * @param group as in {@code org.bytedeco}
     */
    public static String version(String group, String artifact) {
        String place = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream in = CodeVersion.class.getResourceAsStream(place)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "(not packaged)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of the classes that a run's results depend on, by name; the same whether they lie in jars or in folders. */
    public static String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Class<?> member : List.of(Tensor.class, CodeVersion.class)) { // one of each module a run is made of
                add(digest, member);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the running classes cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, Class<?> member) throws IOException, URISyntaxException {
        URI place = member.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path root = Path.of(place);
        if (Files.isDirectory(root)) {
            addClasses(digest, root);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(root)) {
                addClasses(digest, jar.getPath("/"));
            }
        }
    }

    private static void addClasses(MessageDigest digest, Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> classes = all.filter(path -> path.toString().endsWith(".class"))
                    .sorted((a, b) -> name(root, a).compareTo(name(root, b)))
                    .toList();
            for (Path one : classes) {
                digest.update(name(root, one).getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(one));
            }
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
