package dev.hone.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
            "2:wrong usage, configuration, model or data",
            "3:finished, but a gate failed",
            "130:interrupted, and saved"
        },
        footer = {"", "./hone help VERB says more about a verb. NO_COLOR=1 in the environment turns colours off."},
        versionProvider = Version.class,
        subcommands = {
            TakeTour.class,
            ShowData.class,
            DraftRun.class,
            CheckRun.class,
            PlanRun.class,
            ShowSchema.class,
            Train.class,
            FitForecast.class,
            RecomputeStep.class,
            Reproduce.class,
            RunPipeline.class,
            Compare.class,
            Evaluate.class,
            Diff.class,
            Generate.class,
            Chat.class,
            SampleAnswers.class,
            AuditReward.class,
            Raft.class,
            Prefer.class,
            Score.class,
            Render.class,
            MergeAdapter.class,
            DownloadModel.class,
            UploadModel.class,
            TrainTokenizer.class,
            WriteWorld.class,
            RunBench.class,
            Completion.class,
            ShowHelp.class,
            Version.class
        })
public final class Hone implements Runnable {
    private static final int NARROWEST_HELP = 55; // picocli's limit

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
        NativeCache.keepPrivate();
        HubAccess.placeCache();
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
            CommandLine command = commandLine(hone);
            for (Verb verb : further) {
                command.addSubcommand(verb);
            }
            command.setOut(out)
                    .setErr(err)
                    .setParameterExceptionHandler(
                            (e, given) -> usage(e, failure, err).code())
                    .setExecutionExceptionHandler((e, called, parsed) -> (e instanceof ParameterException wrong
                                    ? usage(wrong, failure, err)
                                    : failure.report(e, hone.debug))
                            .code());
            int code = command.execute(FormerNames.replace(args, err));
            Exit exit = Failure.exit(code);
            if (out.checkError()) { // flushes; the writer keeps errors to itself
                err.println("what should stand on standard output could not be written there, and is lost");
                return exit == Exit.DONE ? Exit.FAILED : exit;
            }
            return exit;
        } catch (Throwable e) { // errors, which picocli does not catch
            return failure.report(e, hone.debug);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** The command with its verbs, before anything is parsed. */
    static CommandLine commandLine() {
        return commandLine(new Hone());
    }

    private static CommandLine commandLine(Hone hone) {
        boolean seen = StandardStream.OUT.isTerminal() && StandardStream.ERR.isTerminal(); // help may go to either
        return new CommandLine(hone)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(Help.defaultColorScheme(seen ? Help.Ansi.AUTO : Help.Ansi.OFF))
                .setUsageHelpWidth(Math.max(NARROWEST_HELP, StandardStream.OUT.columns()));
    }

    /** A verb that other tools have is answered with the road there is. */
    private static Exit usage(ParameterException e, Failure failure, PrintWriter err) {
        boolean verb = e instanceof UnmatchedArgumentException
                && e.getCommandLine().getParent() == null
                && !((UnmatchedArgumentException) e).getUnmatched().isEmpty();
        Optional<String> road = verb
                ? OtherVerbs.road(
                        ((UnmatchedArgumentException) e).getUnmatched().get(0))
                : Optional.empty();
        road.ifPresent(err::println);
        return road.isPresent() ? Exit.REFUSED : failure.usage(e);
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
