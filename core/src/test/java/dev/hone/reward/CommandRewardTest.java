package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRewardTest {
    @TempDir
    private Path folder;

    /** The shell waits for the sleeper, which it has started; both are gone after the time-out. */
    @Test
    void whatItsProgramStartedDoesNotOutliveATimeOut() throws Exception {
        Path number = folder.resolve("pid");
        try (CommandReward reward = new CommandReward(
                List.of("sh", "-c", "sleep 300 & echo $! > " + number + "; wait"), Duration.ofSeconds(2))) {
            Task task = new Task(0, List.of(), JsonNodeFactory.instance.objectNode());
            assertThatThrownBy(() ->
                            reward.score(task, new Completion(new int[0], new float[0], "x", StopReason.END_OF_TEXT)))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("did not answer within 2 s");
        }
        assertThat(ends(Long.parseLong(Files.readString(number).strip()))).isTrue();
    }

    private static boolean ends(long pid) throws IOException, InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
                return true;
            }
            Thread.sleep(50);
        }
        return false;
    }
}
