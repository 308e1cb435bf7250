package dev.hone.rollout.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.error.TrainingException;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandToolsTest {
    @TempDir
    private Path folder;

    private static List<Message> ask(String script) {
        Task task = new Task(
                0,
                List.of(),
                JsonNodeFactory.instance.objectNode().put("prompt", "12*7?").put("answer", "84"));
        try (CommandTools tools = new CommandTools(List.of("sh", "-c", script), Duration.ofSeconds(20))) {
            return tools.replies(task, List.of(Message.assistant("<calc>12*7</calc>")));
        }
    }

    @Test
    void aProgramReadsTheTaskAndWhatWasSaidAndReplies() throws IOException {
        Path asked = folder.resolve("asked");
        List<Message> replies = ask("read line; printf '%s' \"$line\" > " + asked
                + "; echo '{\"messages\": [{\"role\": \"tool\", \"content\": \"84\"}]}'");
        assertThat(replies).containsExactly(Message.of(Message.Role.TOOL, "84"));
        assertThat(asked)
                .hasContent("{\"prompt\":\"12*7?\",\"answer\":\"84\","
                        + "\"said\":[{\"role\":\"assistant\",\"content\":\"<calc>12*7</calc>\"}]}");
        assertThat(ask("read line; echo '{\"messages\": []}'")).isEmpty();
    }

    @Test
    void whatIsNoReplyIsReportedAsItStands() {
        assertThatThrownBy(() -> ask("read line; echo '{\"message\": 84}'"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("answered ({\"message\": 84}) where {\"messages\"");
        assertThatThrownBy(() -> ask("read line; echo '{\"messages\": [{\"role\": \"robot\", \"content\": \"\"}]}'"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("robot");
        assertThatThrownBy(() -> ask("read line"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("tools [sh, -c, read line] ended without an answer");
    }
}
