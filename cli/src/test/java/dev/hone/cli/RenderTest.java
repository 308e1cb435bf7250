package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenderTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        TinyTokenizers.bytes(folder).close();
        Files.writeString(folder.resolve("rows.jsonl"), """
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "first"}, \
                {"role": "user", "content": "b"}, {"role": "assistant", "content": "second"}]}
                """);
    }

    private Exit render(String learn) {
        String[] arguments = {
            "render",
            "--model",
            folder.toString(),
            "--input",
            folder.resolve("rows.jsonl").toString(),
            "--learn",
            learn
        };
        return Hone.run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    /** As YAML spells it, as it was spelled before, and in capitals. */
    @ParameterizedTest
    @ValueSource(strings = {"last-reply", "last_reply", "LAST_REPLY"})
    void onlyTheLastReplyIsMarked(String learn) {
        assertThat(render(learn)).as(err::toString).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("«second").doesNotContain("«first");
    }

    @Test
    void whatIsNoneOfThemIsRefusedWithAll() {
        assertThat(render("lastreply")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("(lastreply) must be replies, last-reply or all");
    }

    private Exit renderRows(String rows, String... more) throws IOException {
        Files.writeString(folder.resolve("rows.jsonl"), rows.replace('\'', '"'));
        List<String> arguments = new ArrayList<>(List.of(
                "render",
                "--model",
                folder.toString(),
                "--input",
                folder.resolve("rows.jsonl").toString()));
        arguments.addAll(List.of(more));
        return Hone.run(arguments.toArray(new String[0]), new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void bothSidesOfAPairAreShown() throws IOException {
        assertThat(renderRows("{'prompt': 'a', 'chosen': ' b', 'rejected': ' c'}"))
                .isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains(
                        "rows.jsonl:1 chosen: 4 tokens, 3 trained",
                        "a« b",
                        "rows.jsonl:1 rejected: 4 tokens, 3 trained",
                        "a« c");
    }

    @Test
    void ofALabelledRowTheLastAnswerIsShown() throws IOException {
        assertThat(renderRows("{'instruction': 'b', 'history': [['a', 'first']], 'output': 'second', 'label': false}"))
                .isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains("rows.jsonl:1 undesirable: ", "«second")
                .doesNotContain("«first");
    }

    @Test
    void columnsAreReadUnderOtherNames() throws IOException {
        assertThat(renderRows("[{'question': 'a', 'answer': ' b'}]", "--columns", "prompt=question,completion=answer"))
                .as(err::toString)
                .isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("a« b");
        assertThat(renderRows("{'question': 'a', 'answer': ' b'}", "--columns", "question=prompt"))
                .isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("--columns.question is no column that is read", "; write prompt: question");
    }

    /** Half of a surrogate pair in a row: the file is whole, and the text is that of the tokens. */
    @Test
    void whatIsWrittenIsSaidAndWhole(@TempDir Path results) throws IOException {
        Path output = results.resolve("out.jsonl");
        assertThat(renderRows(
                        "{'prompt': 'Nice \\ud83d day', 'completion': ' b'}\n"
                                + "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'}\n"
                                + "{'prompt': 'a', 'completion': 'b', 'label': true}\n",
                        "--output",
                        output.toString()))
                .as(err::toString)
                .isEqualTo(Exit.DONE);
        assertThat(err.toString()).contains("3 rows rendered; see " + output);
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("{\"text\":\"Nice \uFFFD day b\",\"ids\":[");
        assertThat(lines.get(1))
                .isEqualTo("{\"chosen\":{\"text\":\"ab\",\"ids\":[64,65,256],\"trained\":[0,1,1]},"
                        + "\"rejected\":{\"text\":\"ac\",\"ids\":[64,66,256],\"trained\":[0,1,1]}}");
        assertThat(lines.get(2)).isEqualTo("{\"text\":\"ab\",\"ids\":[64,65,256],\"trained\":[0,1,1],\"label\":true}");
    }
}
