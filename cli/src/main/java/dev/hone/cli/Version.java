package dev.hone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Tells what is running: enough to repeat a run, or to report what went wrong. */
@Command(
        name = "version",
        description = "Show the versions of hone, its engine and Java.",
        footer = {"", "Example:", "  ./hone version"})
final class Version extends Verb implements IVersionProvider {
    @Override
    Exit run() {
        for (String line : getVersion()) {
            out().println(line);
        }
        return Exit.DONE;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "hone " + of("dev.hone", "cli"),
            "libtorch (bytedeco) " + of("org.bytedeco", "pytorch"),
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
            System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                    + System.getProperty("os.arch")
        };
    }

    /** The version that Maven left in a jar; reading it loads none of the jar's classes. */
    private static String of(String group, String artifact) {
        String place = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream in = Version.class.getResourceAsStream(place)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "(not packaged)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
