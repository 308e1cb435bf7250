package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.recipes.provenance.CodeVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** Prints the versions that are needed to repeat a run or to report a bug. */
@Command(
        name = "version",
        description = "Show the versions of hone, its engine and Java.",
        footer = {"", "Example:", "  ./hone version --json"})
final class Version extends Verb implements IVersionProvider {
    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    Exit run() {
        if (json) {
            print(JsonNodeFactory.instance
                    .objectNode()
                    .put("hone", CodeVersion.version("dev.hone", "cli"))
                    .put("libtorch", CodeVersion.version("org.bytedeco", "pytorch"))
                    .put("java", System.getProperty("java.version"))
                    .put("vm", System.getProperty("java.vm.name"))
                    .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                    .put("arch", System.getProperty("os.arch")));
            return Exit.DONE;
        }
        for (String line : getVersion()) {
            out().println(line);
        }
        return Exit.DONE;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "hone " + CodeVersion.version("dev.hone", "cli"),
            "libtorch (bytedeco) " + CodeVersion.version("org.bytedeco", "pytorch"),
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
            System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                    + System.getProperty("os.arch")
        };
    }
}
