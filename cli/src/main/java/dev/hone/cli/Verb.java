package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.ConfigurationException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One thing that {@code ./hone} does. Made for every call. */
abstract class Verb implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    /** Does it. */
    abstract Exit run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        Exit exit = run();
        out().flush();
        return exit.code();
    }

    /** This verb as a command among the others. */
    final CommandLine commandLine() {
        return spec.commandLine();
    }

    /** Prints a result for programs: one object on one line. */
    final void print(JsonNode object) {
        out().println(object);
    }

    /**
     * The value of an option that is a number.
     *
     * @throws ConfigurationException naming the option if it is below {@code least} or above {@code most}
     */
    static long within(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ConfigurationException(option + " (" + value + ") must be from " + least + " to " + most);
        }
        return value;
    }

    /** Where results go: what a script would read. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where everything else goes: progress, remarks, warnings. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
