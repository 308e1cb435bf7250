package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./hone data} and {@code ./hone init} on small files. */
class DataVerbsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private Exit run(String... args) {
        return Hone.run(args, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void dataSaysWhatAFileIsReadAsAndWhatItHolds() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "prompt,completion\nWhat is it?,It is the end.\n");
        assertThat(run("data", file.toString())).isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains("a.csv: 1 rows: CSV, prompt and completion", "languages     English 100.0 %");
    }

    @Test
    void initWritesAFileAndNeverOverwritesOne() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"a\"}\n");
        Path run = folder.resolve("run.yaml");
        assertThat(run("init", file.toString(), "--output", run.toString())).isEqualTo(Exit.DONE);
        String written = Files.readString(run);
        assertThat(written).contains("method: cpt ", "CHANGE THIS");
        assertThat(run("init", file.toString(), "--output", run.toString())).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("run.yaml: is there already, and is not overwritten");
        assertThat(run).hasContent(written);
    }
}
