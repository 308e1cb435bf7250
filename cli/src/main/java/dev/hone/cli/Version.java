package dev.hone.cli;

import dev.hone.recipes.provenance.CodeVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Prints the versions that are needed to repeat a run or to report a bug. */
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
            "hone " + CodeVersion.version("dev.hone", "cli"),
            "libtorch (bytedeco) " + CodeVersion.version("org.bytedeco", "pytorch"),
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
            System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                    + System.getProperty("os.arch")
        };
    }
}
