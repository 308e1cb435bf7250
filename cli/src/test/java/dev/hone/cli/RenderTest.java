package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
