package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM (handled as Ctrl-C) to a real process: whatever it is doing, it ends soon, with 130, and can be resumed. */
@DisabledOnOs(OS.WINDOWS) // has no SIGTERM
class SignalTest {
    @TempDir
    private Path folder;

    private Path log = Path.of("");

    @BeforeEach
    void name() {
        log = folder.resolve("log");
    }

    @Test
    void whileRowsAreRead() throws IOException {
        RunKind.prepare(folder, 300_000, 10);
        RunFolder run = new RunFolder(folder.resolve("run"));
        terminate(process -> run.has("run-resolved.yaml"), 1500, "train", file(RunKind.CPT_FULL, run, 10));

        assertThat(run.has("metrics.jsonl")).isFalse();
        assertThat(Files.readString(log))
                .contains("stopped before the first step of this start")
                .doesNotContain("unexpected");
    }

    @Test
    void whileTheReferenceReads() throws IOException {
        RunKind.prepare(folder, 6_000, 10);
        RunFolder run = new RunFolder(folder.resolve("run"));
        terminate(process -> process.said().contains("reference: "), 200, "train", file(RunKind.DPO_LORA, run, 10));

        assertThat(Files.readString(log))
                .contains("stopped before the first step of this start")
                .doesNotContain("unexpected");
    }

    @Test
    void whileHeldOutRowsAreMeasured() throws IOException {
        RunKind.prepare(folder, 60, 6_000);
        RunFolder run = new RunFolder(folder.resolve("run"));
        terminate(
                process -> run.steps() == 3,
                300,
                "train",
                file(RunKind.SFT_FULL, run, 100)); // the fourth waits for its measures

        assertThat(run.path().resolve("checkpoints/step-00000004/state.json"))
                .content()
                .contains("\"unmeasured\": true");
        assertThat(run.leftovers()).isEmpty();
    }

    @Test
    void whileAStateIsWritten() throws IOException {
        RunKind.prepare(folder, 60, 10);
        RunFolder run = new RunFolder(folder.resolve("run"));
        terminate(
                process -> run.has("checkpoints/step-00000003.hone.tmp"),
                0,
                "train",
                file(RunKind.SFT_FULL, run, 2000));

        assertThat(run.has("checkpoints/step-00000003/checksums.json")).isTrue();
        assertThat(run.leftovers()).isEmpty();
    }

    @Test
    void whileAModelSpeaks() throws IOException {
        RunKind.prepare(folder, 10, 10);
        Path tasks = Files.write(
                folder.resolve("tasks.jsonl"),
                Collections.nCopies(3_000, "{\"prompt\": \"say a\", \"answer\": \"a\"}"));
        String model = folder.resolve("model").toString();
        String[] sample = {
            "sample",
            "--model",
            model,
            "--tasks",
            tasks.toString(),
            "--reward",
            "exact",
            "--max-tokens",
            "300",
            "--output",
            folder.resolve("samples").toString()
        };
        terminate(process -> process.said().contains("sampling"), 100, sample);
    }

    private String file(RunKind kind, RunFolder run, int steps) throws IOException {
        return kind.file(folder, run.path(), steps).toString();
    }

    /** Sends SIGTERM to a process, some time after a moment. */
    private void terminate(Moment moment, long afterwards, String... arguments) throws IOException {
        try (ChildProcess process = ChildProcess.start(log, arguments)) {
            BooleanSupplier now = () -> moment.isNow(process);
            assertThat(process.until(now)).as(process::said).isTrue();
            process.run(afterwards);
            assertThat(process.terminate()).as(process::said).isEqualTo(Exit.INTERRUPTED.code());
        }
    }

    /** When to send it. */
    private interface Moment {
        boolean isNow(ChildProcess process);
    }
}
