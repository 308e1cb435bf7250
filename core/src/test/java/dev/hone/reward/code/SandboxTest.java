package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    private static final Limits LIMITS = Limits.within(Duration.ofSeconds(2));

    @Test
    void aProgramReadsItsFilesAndItsInput() {
        Program program = new Program(
                List.of("cat", "a/b", "-"),
                Map.of("a/b", "file ".getBytes(StandardCharsets.UTF_8)),
                "input".getBytes(StandardCharsets.UTF_8),
                List.of(),
                Map.of());

        Outcome outcome = Sandboxes.open().run(program, LIMITS);

        assertThat(outcome.text()).isEqualTo("file input");
        assertThat(outcome.succeeded()).isTrue();
    }

    /** More than a pipe holds. */
    @Test
    void inputThatNobodyReadsHoldsNothingUp() {
        Program program = new Program(List.of("true"), Map.of(), new byte[1 << 20], List.of(), Map.of());
        assertThat(Sandboxes.open().run(program, LIMITS).succeeded()).isTrue();
    }

    @Test
    void aProgramIsNobodyAndHasTheEnvironmentItIsGiven() {
        Program program =
                new Program(List.of("sh", "-c", "id -u; env"), Map.of(), new byte[0], List.of(), Map.of("GIVEN", "1"));
        assertThat(Sandboxes.open().run(program, LIMITS).text().lines().toList())
                .startsWith("65534")
                .contains("GIVEN=1", "HOME=/tmp")
                .noneMatch(line -> line.startsWith("JAVA") || line.startsWith("USER") || line.startsWith("HONE"));
    }

    @Test
    void whereAToolIsMissingTheMessageSaysWhatToInstall(@TempDir Path empty) {
        assertThatThrownBy(() -> Sandbox.open(List.of(empty)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("this machine has no bwrap and no prlimit")
                .hasMessageContaining("apt-get install bubblewrap util-linux");
    }

    /** As where user namespaces are forbidden: bubblewrap says so and ends. */
    @Test
    void aSandboxThatFailsIsAnErrorAndNoScore() {
        Sandbox failing = new Sandbox(List.of("sh", "-c", "echo bwrap: no permissions >&2; exit 1"));
        try (CodeReward reward = new CodeReward(failing, null, false, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> reward.score(
                            Sandboxes.task("{'tests': [{'input': '', 'output': ''}]}"),
                            Sandboxes.completion(Sandboxes.block("python", "pass"))))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("bwrap: no permissions")
                    .hasMessageContaining("user namespaces");
        }
    }

    /** The Java machine is killed while it waits for a program that sleeps. */
    @Test
    void nothingOutlivesTheMachineThatStartedIt() throws IOException, InterruptedException {
        Sandboxes.open();
        Process machine = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleep.class.getName())
                .inheritIO()
                .start();
        List<ProcessHandle> started = List.of();
        for (int i = 0; i < 300 && started.stream().noneMatch(SandboxTest::sleeps); i++) {
            Thread.sleep(100);
            started = machine.descendants().toList();
        }
        assertThat(started).anyMatch(SandboxTest::sleeps);

        machine.destroyForcibly().waitFor();

        for (ProcessHandle each : started) {
            each.onExit().completeOnTimeout(each, 5, TimeUnit.SECONDS).join();
        }
        assertThat(started).noneMatch(each -> each.isAlive() && sleeps(each));
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/sleep");
    }

    /** Sleeps in the sandbox. */
    static final class Sleep {
        private Sleep() {}

        public static void main(String[] arguments) {
            Program program = new Program(List.of("sleep", "60"), Map.of(), new byte[0], List.of(), Map.of());
            Sandbox.open().run(program, Limits.within(Duration.ofSeconds(60)));
        }
    }
}
