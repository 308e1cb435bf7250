package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsTest {
    private final Instruction instruction = new Instruction(
            "train-1", Split.TRAIN, Language.KOREAN, InstructionTask.READING, "타몬은 벨단에 산다.", "타몬은 어디에 사는가?", "벨단");

    @Test
    void instructionBecomesAConversationOfOneTurn() {
        assertThat(Rows.messages(instruction))
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"타몬은 벨단에 산다.\\n타몬은 어디에 사는가?\"},"
                        + "{\"role\":\"assistant\",\"content\":\"벨단\"}]}");
    }

    @Test
    void passageIsTheInputOfAnAlpacaRow() {
        assertThat(Rows.alpaca(instruction))
                .isEqualTo("{\"instruction\":\"타몬은 어디에 사는가?\",\"input\":\"타몬은 벨단에 산다.\",\"output\":\"벨단\"}");
    }

    @Test
    void fileHasARowALine(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("corpus.jsonl");
        Rows.write(
                Stream.of(new Document(0, Language.ENGLISH, "sums", "1 + 1 = 2\n2 + 2 = 4"))
                        .map(Rows::text),
                file);
        assertThat(Files.readString(file)).isEqualTo("{\"text\":\"1 + 1 = 2\\n2 + 2 = 4\"}\n");
    }
}
