package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb on the model that comes with hone. */
class CheckRunTest {
    private static final List<String> ROWS = List.of(
            "{\"text\": \"Ada lives in Porto.\"}",
            "{\"prompt\": \"2 + 2 =\", \"completion\": \" 4\"}",
            "{\"instruction\": \"Add.\", \"input\": \"2 and 2\", \"output\": \"4\"}",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"안녕?\"}, {\"role\": \"assistant\", \"content\": \"네.\"},"
                    + " {\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Hello\"}]}");

    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void goodRowsOfEveryKindAreShownWithoutComplaint() throws IOException {
        assertThat(check(ROWS, "--set", "data.prompts=chat")).isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains("rows.jsonl (4 rows: JSON Lines, ", "2 + 2 =<|im_end|>")
                .endsWith("nothing wrong was found" + System.lineSeparator());
    }

    @Test
    void aPromptThatIsNoTurnOfAChatModelIsReported() throws IOException {
        assertThat(check(ROWS)).isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains("2 + 2 =« 4<|endoftext|>»", "warning plain-prompt", "data.prompts")
                .doesNotContain("nothing wrong was found");
    }

    @Test
    void aRefusedRunEndsWithTwoAndIsReportedAsJsonToo() throws IOException {
        assertThat(check(List.of(ROWS.get(1), "{\"prompt\": \"a\", \"completion\": \"\"}"), "--json"))
                .isEqualTo(Exit.REFUSED);
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.path("refused").asBoolean()).isTrue();
        assertThat(report.at("/complaints/0/flaw").asText()).isEqualTo("row");
        assertThat(report.at("/complaints/0/examples/0/places/0").asText()).endsWith("rows.jsonl:2");
        assertThat(report.at("/samples/0/stretches/1/learned").asBoolean()).isTrue();
    }

    private Exit check(List<String> rows, String... more) throws IOException {
        Files.write(folder.resolve("rows.jsonl"), rows);
        Path run = Files.writeString(folder.resolve("run.yaml"), """
                method: sft
                model: ../small-model
                output: %s/run
                data: {train: %1$s/rows.jsonl}
                """.formatted(folder));
        String[] args = new String[2 + more.length];
        args[0] = "check";
        args[1] = run.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return Hone.run(args, new PrintWriter(out), new PrintWriter(new StringWriter()));
    }
}
