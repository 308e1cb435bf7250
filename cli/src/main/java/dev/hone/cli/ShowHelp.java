package dev.hone.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows what {@code --help} shows. */
@Command(
        name = "help",
        description = "Show the verbs, or more about one.",
        footer = {"", "Example:", "  ./hone help train"})
final class ShowHelp extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "VERB", description = "The verb; left out: all of them.")
    private @Nullable String verb;

    @Override
    Exit run() {
        CommandLine hone = commandLine().getParent();
        String name = verb;
        if (name == null) {
            hone.usage(out());
            return Exit.DONE;
        }
        CommandLine found = hone.getSubcommands().get(FormerNames.verb(name));
        if (found == null) {
            throw new UnmatchedArgumentException(hone, List.of(name));
        }
        found.usage(out());
        return Exit.DONE;
    }
}
