package dev.hone.cli;

import dev.hone.recipes.inspect.Reproduction;
import dev.hone.recipes.provenance.RunComparison;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repeats a run from its manifest and compares the weights. */
@Command(
        name = "reproduce",
        description = "Repeat a finished run from its manifest and compare the weights.",
        footer = {
            "",
            "With the same processor, versions and number of threads they are equal bit for bit; otherwise the difference is"
                    + " printed, with what else differs. Exit code 3: not equal.",
            "",
            "Example:",
            "  ./hone reproduce runs/first/manifest.json --output runs/first-again"
        })
final class Reproduce extends Verb {
    @Parameters(index = "0", paramLabel = "MANIFEST", description = "The manifest.json in a run's folder.")
    private Path manifest = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where the repeated run goes; default: the run's folder with -reproduced after its name.")
    private @Nullable Path output;

    @Override
    Exit run() {
        Path folder = manifest.toAbsolutePath().normalize().getParent();
        Path target = output == null ? Path.of(folder + "-reproduced") : output;
        try (Interruption interruption = Interruption.watch(err())) {
            Optional<RunComparison> comparison = Reproduction.run(manifest, target, new Terminal(err(), interruption));
            if (comparison.isEmpty()) {
                err().println("saved; the same command resumes it");
                return Exit.INTERRUPTED;
            }
            comparison.get().lines().forEach(out()::println);
            return comparison.get().isEqual() ? Exit.DONE : Exit.GATE;
        }
    }
}
