package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.row.JsonlFile;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
    @TempDir
    private Path folder;

    /** Data sets fill up the columns that a row does not have with null; ShareGPT has names of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'prompt': 'What?', 'answer': '4'}",
                "{'messages': null, 'prompt': 'What?', 'answer': '4'}",
                "{'messages': [{'role':'user','content':'What?'},{'role':'assistant','content':'4'}], 'prompt': null}",
                "{'conversations': [{'from':'human','value':'What?'},{'from':'gpt','value':'4'}]}"
            })
    void aTaskMayBeWrittenInManyWays(String row) throws IOException {
        Path file = Files.writeString(folder.resolve("tasks.jsonl"), row.replace('\'', '"'));
        Task task = Task.read(JsonlFile.open(file), 0);
        assertThat(task.messages()).containsExactly(Message.user("What?"));
        assertThat(task.text("answer")).isEqualTo("4");
    }
}
