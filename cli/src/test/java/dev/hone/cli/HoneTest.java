package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class HoneTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsVerbsAndExitCodes() {
        assertThat(run("--help")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("hone [", "VERB", "version", "3     finished, but a gate failed");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpOfAVerbShowsAnExample() {
        assertThat(run("version", "--help")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("Example:", "./hone version", "--debug");
    }

    @Test
    void theVersionIsAVerbAndAnOption() {
        assertThat(run("version")).isEqualTo(Exit.DONE);
        String verb = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("--version")).isEqualTo(Exit.DONE);

        assertThat(verb).startsWith("hone ").contains("Java ").isEqualTo(out.toString());
    }

    @Test
    void noVerbIsWrongUsageAndShowsWhatThereIs() {
        assertThat(run()).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).startsWith("Usage: hone").contains("Verbs:");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aVerbThatDoesNotExistNamesTheNearest() {
        assertThat(run("verison")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        lines("verison is not a verb; did you mean version?", "./hone --help shows what there is"));
    }

    @Test
    void anOptionThatDoesNotExistNamesTheNearest() {
        assertThat(run("act", "--worth=5")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(lines(
                        "--worth is not an option; did you mean --worthy?", "./hone act --help shows what there is"));
    }

    @Test
    void anArgumentTooManyIsNamed() {
        assertThat(run("version", "stray")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).startsWith("stray is not expected here");
    }

    @Test
    void aValueOfTheWrongTypeIsWrongUsage() {
        assertThat(run("act", "--worthy", "many")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .startsWith("invalid value for option '--worthy'")
                .contains("many");
    }

    @Test
    void theCauseOfAFailureDecidesTheExitCode() {
        assertThat(failing(new ConfigurationException("run.yaml:1: no"))).isEqualTo(Exit.REFUSED);
        assertThat(failing(new DataException("train.jsonl:3: no"))).isEqualTo(Exit.REFUSED);
        assertThat(failing(new CheckpointException("model: no"))).isEqualTo(Exit.REFUSED);
        assertThat(failing(new CheckpointException("final: not written", new IOException("full"))))
                .isEqualTo(Exit.FAILED);
        Throwable noFile = catchThrowable(() -> InputFile.require(Path.of("/")));
        assertThat(failing(new CheckpointException("model.safetensors: is no file", noFile)))
                .isEqualTo(Exit.REFUSED);
        assertThat(failing(new TrainingException("step 3: no"))).isEqualTo(Exit.FAILED);
        assertThat(failing(new IllegalStateException("bug"))).isEqualTo(Exit.FAILED);
        assertThat(failing(new OutOfMemoryError("Java heap space"))).isEqualTo(Exit.FAILED);
    }

    @Test
    void whatAVerbReturnsIsTheExitCode() {
        for (Exit exit : Exit.values()) {
            Act act = new Act();
            act.exit = exit;
            assertThat(run(act, "act")).isEqualTo(exit);
        }
    }

    @Test
    void anExpectedFailureIsItsMessageAndNothingElse() {
        failing(new ConfigurationException("run.yaml:1: first\nrun.yaml:2: second"));
        assertThat(err.toString()).isEqualToNormalizingNewlines(lines("run.yaml:1: first", "run.yaml:2: second"));
    }

    @Test
    void anUnexpectedFailureIsOneLineAndAHint() {
        failing(new IllegalStateException("odd\n  at native frame 0"));
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(lines(
                        "unexpected IllegalStateException: odd", "--debug shows where in the program this arose"));
    }

    @Test
    void debugShowsWhereItArose() {
        Act act = new Act();
        act.failure = new TrainingException("step 3: loss is NaN");
        assertThat(run(act, "act", "--debug")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).startsWith("step 3: loss is NaN").contains("at dev.hone.cli.HoneTest");
    }

    @Test
    void memoryThatRanOutIsReportedWithWhatToLower() {
        failing(new RuntimeException(
                "[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory: "
                        + "you tried to allocate 8 bytes.\nException raised from"));
        assertThat(err.toString())
                .startsWith("out of memory (")
                .contains("rows-per-batch")
                .hasLineCount(1);
        failing(new OutOfMemoryError("Java heap space"));
        assertThat(err.toString()).contains("HONE_JAVA_OPTS=-Xmx8g").hasLineCount(2);
    }

    @Test
    void filesThatFailAreNamed() {
        failing(new NoSuchFileException("gone.jsonl"));
        failing(new IOException("disk full"));
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(lines(
                        "gone.jsonl: no such file in " + Path.of("").toAbsolutePath(),
                        "reading or writing failed: disk full"));
    }

    @Test
    void whatAVerbPrintedBeforeItFailedIsKept() {
        Act act = new Act();
        act.failure = new TrainingException("step 2: no");
        act.text = "step 1";
        run(act, "act");
        assertThat(out.toString()).isEqualTo("step 1");
    }

    private Exit failing(Throwable failure) {
        Act act = new Act();
        act.failure = failure;
        return run(act, "act");
    }

    private Exit run(String... args) {
        return run(new Act(), args);
    }

    private Exit run(Act act, String... args) {
        return Hone.run(args, new PrintWriter(out), new PrintWriter(err), act);
    }

    private static String lines(String... lines) {
        return String.join("\n", lines) + "\n";
    }

    /** A verb that returns, prints or throws what the test sets. */
    @Command(name = "act")
    private static final class Act extends Verb {
        private Exit exit = Exit.DONE;
        private Throwable failure;
        private String text = "";

        @Option(names = "--worthy")
        private int worthy;

        @Override
        Exit run() throws Exception {
            out().print(text);
            if (failure instanceof Error error) {
                throw error;
            } else if (failure != null) {
                throw (Exception) failure;
            }
            return exit;
        }
    }
}
