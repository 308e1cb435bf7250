package dev.hone.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code ./hone}; each verb is a class of its own. */
@Command(
        name = "hone",
        synopsisSubcommandLabel = "VERB",
        description = "Fine-tunes open-weight language models on the JVM.",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong usage, configuration or data",
            "3:finished, but a gate failed",
            "130:interrupted, and saved"
        },
        footer = {"", "./hone VERB --help says more about a verb."},
        versionProvider = Version.class,
        subcommands = {
            TakeTour.class,
            CheckRun.class,
            PlanRun.class,
            ShowSchema.class,
            Train.class,
            RecomputeStep.class,
            Reproduce.class,
            RunPipeline.class,
            Compare.class,
            Generate.class,
            Chat.class,
            SampleAnswers.class,
            Prefer.class,
            Score.class,
            Render.class,
            MergeAdapter.class,
            TrainTokenizer.class,
            WriteWorld.class,
            RunBench.class,
            Version.class
        })
public final class Hone implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where in the program a failure arose.")
    private boolean debug;

    private Hone() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Interruption.endAtOnce();
        int code = run(
                        args,
                        writer(FileDescriptor.out, StandardStream.OUT),
                        writer(FileDescriptor.err, StandardStream.ERR))
                .code();
        System.exit(code);
    }

    /** Runs one command, writing to the given streams and nowhere else; {@code further} verbs are added for this call. */
    static Exit run(String[] args, PrintWriter out, PrintWriter err, Verb... further) {
        Hone hone = new Hone();
        Failure failure = new Failure(err);
        try {
            CommandLine command = new CommandLine(hone);
            for (Verb verb : further) {
                command.addSubcommand(verb);
            }
            command.setOut(out)
                    .setErr(err)
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setUsageHelpAutoWidth(true)
                    .setParameterExceptionHandler((e, given) -> failure.usage(e).code())
                    .setExecutionExceptionHandler(
                            (e, called, parsed) -> failure.report(e, hone.debug).code());
            int code = command.execute(FormerNames.replace(args, err));
            return Failure.exit(code);
        } catch (Throwable e) { // errors, which picocli does not catch
            return failure.report(e, hone.debug);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Without a verb there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "");
    }

    private static PrintWriter writer(FileDescriptor descriptor, StandardStream stream) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), stream.charset()), true);
    }
}
