package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that may write no file beyond a size ({@code ulimit -f}): the effect of a full disk on a real process, without being an
 * administrator.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class FullDiskTest {
    private static final int STEPS = 8;

    @TempDir
    private Path folder;

    @Test
    void aRunThatFindsNoRoomKeepsItsLastStateAndResumesOnceThereIsSome() throws IOException {
        RunKind.prepare(folder, 60, 10);
        RunFolder undisturbed = new RunFolder(folder.resolve("undisturbed"));
        assertThat(train(undisturbed, List.of())).isEqualTo(Exit.DONE.code());

        RunFolder run = new RunFolder(folder.resolve("run"));
        try (ChildProcess process = ChildProcess.start(log(run), "train", file(run))) {
            process.until(() -> run.has("checkpoints/step-00000003"));
            process.kill();
        }
        // a state is three times 1 MB, the best model once
        assertThat(train(run, List.of("bash", "-c", "ulimit -f 2000; exec \"$@\"", "bash")))
                .isEqualTo(Exit.FAILED.code());
        assertThat(Files.readString(log(run)))
                .contains("could not be written", "state.safetensors", "bytes are free there; make room")
                .contains("the run stands at step-0000000")
                .doesNotContain("unexpected");
        assertThat(run.leftovers()).isEmpty();

        assertThat(train(run, List.of())).isEqualTo(Exit.DONE.code());
        assertThat(run.result("final")).isEqualTo(undisturbed.result("final"));
        assertThat(run.metrics()).isEqualTo(undisturbed.metrics());
    }

    private int train(RunFolder run, List<String> before) throws IOException {
        try (ChildProcess process = ChildProcess.start(before, log(run), "train", file(run))) {
            return process.await();
        }
    }

    private String file(RunFolder run) throws IOException {
        return RunKind.SFT_FULL.file(folder, run.path(), STEPS).toString();
    }

    private Path log(RunFolder run) {
        return folder.resolve(run.path().getFileName() + ".log");
    }
}
