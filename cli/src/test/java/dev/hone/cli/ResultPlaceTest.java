package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No verb destroys what it did not make. */
class ResultPlaceTest {
    @TempDir
    private Path folder;

    private final StringWriter said = new StringWriter();
    private Path model;
    private Path rows;

    @BeforeEach
    void make() throws IOException {
        model = folder.resolve("model");
        TinyTokenizers.bytes(model).close();
        CheckpointWriter.write(model, TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        rows = Files.writeString(
                folder.resolve("rows.jsonl"), "{\"prompt\": \"a\", \"answer\": \"b\", \"text\": \"ab\"}\n");
    }

    private Exit run(Object... arguments) {
        PrintWriter writer = new PrintWriter(said);
        return Hone.run(List.of(arguments).stream().map(Object::toString).toArray(String[]::new), writer, writer);
    }

    private void refused(Object... arguments) {
        said.getBuffer().setLength(0);
        assertThat(run(arguments)).as(said.toString()).isEqualTo(Exit.REFUSED);
        assertThat(said.toString()).contains("output").doesNotContain("unexpected");
    }

    @Test
    void anInputIsNeverTheOutputAlsoThroughLinks() throws IOException {
        String before = Files.readString(rows);
        Path soft = Files.createSymbolicLink(folder.resolve("soft.jsonl"), rows);
        Path hard = Files.createLink(folder.resolve("hard.jsonl"), rows);
        for (Path output : List.of(rows, soft, hard)) {
            refused("score", "--model", model, "--input", rows, "--output", output);
            refused("render", "--model", model, "--input", rows, "--output", output);
            refused("prefer", "--samples", rows, "--output", output);
        }
        Path kept =
                Files.move(rows, Files.createDirectory(folder.resolve("kept")).resolve("kept.jsonl"));
        refused("sample", "--model", model, "--tasks", kept, "--reward", "exact", "--output", kept.getParent());
        refused("tokenizer", "--input", kept, "--output", model);
        refused("merge", "--model", model, "--adapter", model, "--output", model);
        refused("score", "--model", model, "--input", kept, "--output", model.resolve("config.json"));
        assertThat(kept).hasContent(before);
        assertThat(soft.getParent().resolve("hard.jsonl")).hasContent(before);
        assertThat(model.resolve("config.json")).content().contains("vocab_size");
    }

    @Test
    void anOlderResultIsKeptUntilTheNewIsWhole() throws IOException {
        Path output = Files.writeString(folder.resolve("scores.jsonl"), "older");
        Files.writeString(rows, Files.readString(rows).repeat(3) + "{\"text\": \n");
        assertThat(run("score", "--model", model, "--input", rows, "--output", output))
                .isEqualTo(Exit.REFUSED);
        assertThat(run("render", "--model", model, "--input", rows, "--output", output))
                .isEqualTo(Exit.REFUSED);
        assertThat(output).hasContent("older");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("model", "rows.jsonl", "scores.jsonl");
    }

    @Test
    void filesThatAVerbDidNotMakeStay() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("kept.jsonl"), "mine");
        Files.writeString(other.resolve("corpus.jsonl"), "mine");
        Files.writeString(other.resolve("instructions.jsonl"), "mine");
        Files.writeString(other.resolve("tokenizer.json"), "mine");
        refused("sample", "--model", model, "--tasks", rows, "--reward", "exact", "--output", other);
        refused("world", "--output", other);
        refused("tokenizer", "--input", rows, "--output", other);
        for (String name : List.of("kept.jsonl", "corpus.jsonl", "instructions.jsonl", "tokenizer.json")) {
            assertThat(other.resolve(name)).hasContent("mine");
        }
    }

    @Test
    void whatAVerbMadeItMayMakeAgain() {
        for (int times = 0; times < 2; times++) {
            assertThat(run(
                            "sample",
                            "--model",
                            model,
                            "--tasks",
                            rows,
                            "--reward",
                            "exact",
                            "--max-tokens",
                            2,
                            "--output",
                            folder.resolve("samples")))
                    .as(said.toString())
                    .isEqualTo(Exit.DONE);
            assertThat(run(
                            "world",
                            "--output",
                            folder.resolve("world"),
                            "--documents",
                            3,
                            "--closing",
                            3,
                            "--held-out",
                            2,
                            "--instructions",
                            3))
                    .as(said.toString())
                    .isEqualTo(Exit.DONE);
        }
    }

    @Test
    void numbersOfOptionsHaveBounds() {
        String[][] wrong = {
            {"generate", "--model", "m", "--max-tokens", "0", "hi"},
            {"generate", "--model", "m", "--max-tokens", "-1", "hi"},
            {"generate", "--model", "m", "--temperature", "-1", "hi"},
            {"generate", "--model", "m", "--top-p", "2", "hi"},
            {"chat", "--model", "m", "--max-tokens", "2147483647"},
            {"sample", "--model", "m", "--tasks", "t", "--reward", "exact", "--output", "o", "--completions", "0"},
            {"sample", "--model", "m", "--tasks", "t", "--reward", "exact", "--output", "o", "--keep", "2147483647"},
            {"sample", "--model", "m", "--tasks", "t", "--reward", "exact", "--output", "o", "--threshold", "NaN"},
            {"prefer", "--samples", "s", "--output", "o", "--each", "0"},
            {"render", "--model", "m", "--input", "i", "--rows", "-1"},
            {"tokenizer", "--input", "i", "--output", "o", "--vocabulary", "-1"},
            {"tokenizer", "--input", "i", "--output", "o", "--vocabulary", "2147483647"},
            {"tokenizer", "--input", "i", "--output", "o", "--context", "0"},
            {"tokenizer", "--input", "i", "--output", "o", "--special", "x"},
            {"world", "--output", "o", "--documents", "-1"},
            {"world", "--output", "o", "--held-out", "2147483647"},
        };
        for (String[] arguments : wrong) {
            said.getBuffer().setLength(0);
            assertThat(run((Object[]) arguments))
                    .as(String.join(" ", arguments))
                    .isEqualTo(Exit.REFUSED);
            assertThat(said.toString()).startsWith("--").doesNotContain("unexpected");
        }
    }
}
