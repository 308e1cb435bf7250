package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowFormat;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ChatTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    /** Sends Ctrl-C at the first token of the first reply and waits until it has arrived. */
    private final class Impatient extends StringWriter {
        private boolean sent;

        @Override
        public void write(String text, int from, int length) {
            super.write(text, from, length);
            if (!sent && length > 0) {
                sent = true;
                raise();
            }
        }

        @SuppressWarnings({"sunapi", "ThreadSleep"})
        private void raise() {
            sun.misc.Signal.raise(new sun.misc.Signal("INT"));
            try {
                while (!err.toString().contains("reply ended")) {
                    Thread.sleep(5);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void makeModel() throws IOException {
        TinyTokenizers.bytes(folder).close();
        CheckpointWriter.write(folder, TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
    }

    @Test
    @Timeout(60)
    @DisabledOnOs(OS.WINDOWS)
    void ctrlCEndsTheReplyAndNotTheConversation() {
        Impatient out = new Impatient();
        assertThat(chat(out, "hello\nand again\n/save " + saved() + "\n", "--max-tokens", "200"))
                .isEqualTo(Exit.DONE.code());
        assertThat(err.toString()).containsOnlyOnce("reply ended").contains("2 turns added");
    }

    /** What a program reads from the other end of a pipe are the replies, one after the other. */
    @Test
    @Timeout(60)
    void pipesGetNoPrompts() {
        StringWriter out = new StringWriter();
        assertThat(chat(out, "hello\n\n/help\n", "--max-tokens", "1", "--temperature", "0"))
                .isZero();
        assertThat(out.toString()).doesNotContain("> ").doesNotContain("/new");
        assertThat(err.toString()).contains("/save FILE").doesNotContain("> ");
    }

    /** The stories model has a context of 512 and the byte tokenizer a token for each letter. */
    @Test
    @Timeout(60)
    void aConversationBeyondTheContextGoesOnWithoutItsOldestTurns() throws IOException {
        String question = "x".repeat(100);
        String typed = (question + "\n").repeat(8) + "y".repeat(600) + "\nshort\n/save " + saved() + "\n";
        assertThat(chat(new StringWriter(), typed, "--max-tokens", "20", "--template", "chatml"))
                .isEqualTo(Exit.DONE.code());
        assertThat(err.toString())
                .contains("(the model no longer sees the oldest turn: its context has 512 tokens)")
                .containsPattern("\\(this has \\d+ tokens, and the model's context of 512 has room for 492")
                .contains("(9 turns added to " + saved());
        JsonNode row = new ObjectMapper().readTree(Files.readString(saved()));
        assertThat(row.path("messages")).hasSize(18);
        assertThat(row.at("/messages/16/content").asText()).isEqualTo("short");
    }

    @Test
    @Timeout(60)
    void aSavedConversationIsARowOfMessages() throws IOException {
        chat(
                new StringWriter(),
                "one\n/save " + saved() + "\n/new\ntwo\n/save " + saved() + "\n",
                "--system",
                "Be brief.");
        assertThat(JsonlFile.open(saved()).rows()).isEqualTo(2);
        assertThat(RowFormat.read(JsonlFile.open(saved()).row(1), "saved"))
                .isInstanceOfSatisfying(Row.Conversation.class, row -> {
                    assertThat(row.messages()).hasSize(3);
                    assertThat(row.messages().get(0).content()).isEqualTo("Be brief.");
                    assertThat(row.messages().get(1).content()).isEqualTo("two");
                });
    }

    @Test
    @Timeout(60)
    void whatIsNoCommandIsToldAndNotAsked() {
        StringWriter out = new StringWriter();
        chat(out, "/wat now\n/save\n/save x\n/exit\nnever asked\n");
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains("(/wat is no command; /help shows them")
                .contains("(/save needs the name of a file)")
                .contains("(nothing has been said yet)");
    }

    /** The model is untrained: it quotes nothing, and says so beside the documents that it was shown. */
    @Test
    @Timeout(60)
    void aQuestionIsAskedBehindDocumentsAndSavedWithoutThem() throws IOException {
        Files.writeString(folder.resolve("market.txt"), "The market is on Friday.");
        StringWriter out = new StringWriter();
        assertThat(chat(
                        out,
                        "When is the market?\n/save " + saved() + "\n",
                        "--documents",
                        folder.resolve("market.txt").toString(),
                        "--max-tokens",
                        "8"))
                .isZero();
        assertThat(err.toString())
                .contains("1 documents in 1 chunks; replies quote them")
                .contains("(shown: market.txt#1)", "(it quotes nothing)");
        assertThat(Files.readString(saved())).contains("When is the market?").doesNotContain("<DOCUMENT>");
    }

    private Path saved() {
        return folder.resolve("saved.jsonl");
    }

    private int chat(StringWriter out, String typed, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--model", folder.toString()));
        arguments.addAll(List.of(options));
        return new CommandLine(new Chat(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }
}
