package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerNamesTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aFormerVerbIsReplacedAndReported() {
        assertThat(replaced("--debug", "replay", "runs/replay", "--step", "3"))
                .containsExactly("--debug", "recompute", "runs/replay", "--step", "3");
        assertThat(err.toString()).isEqualToNormalizingNewlines("replay is now called recompute\n");
    }

    @Test
    void aFormerOptionIsReplacedWithOrWithoutAValueBehindIt() {
        assertThat(replaced("bench", "--peer", "python", "--peer-scripts=scripts"))
                .containsExactly("bench", "--baseline", "python", "--baseline-scripts=scripts");
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "--peer is now called --baseline\n--peer-scripts is now called --baseline-scripts\n");
    }

    @Test
    void presentNamesAndOptionsOfOtherVerbsStay() {
        assertThat(replaced("train", "--peer", "x")).containsExactly("train", "--peer", "x");
        assertThat(replaced("bench", "--", "--peer")).containsExactly("bench", "--", "--peer");
        assertThat(replaced("--version")).containsExactly("--version");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void replayRunsRecompute(@TempDir Path folder) {
        run("recompute", folder.toString(), "--step", "1");
        String present = err.toString();
        err.getBuffer().setLength(0);

        run("replay", folder.toString(), "--step", "1");

        assertThat(present).isNotEmpty();
        assertThat(err.toString()).isEqualToNormalizingNewlines("replay is now called recompute\n" + present);
    }

    @Test
    void aBaselineWithoutItsScriptsIsRefused() {
        assertThat(run("bench", "--baseline", "python")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("a baseline needs both --baseline PYTHON and --baseline-scripts DIR\n");
    }

    private Exit run(String... args) {
        return Hone.run(args, new PrintWriter(out), new PrintWriter(err));
    }

    private String[] replaced(String... args) {
        PrintWriter writer = new PrintWriter(err);
        String[] present = FormerNames.replace(args, writer);
        writer.flush();
        return present;
    }
}
