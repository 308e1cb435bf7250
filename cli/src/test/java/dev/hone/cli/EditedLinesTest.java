package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EditedLinesTest {
    private static final String BACKSPACE = "\u007F";
    private static final String UP = "\u001BOA";
    private static final String LEFT = "\u001BOD";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private PipedOutputStream keys;
    private EditedLines lines;

    @BeforeEach
    void open() throws IOException {
        keys = new PipedOutputStream();
        lines = new EditedLines(
                new ExternalTerminal(
                        "test", "xterm", new PipedInputStream(keys, 1 << 16), screen, StandardCharsets.UTF_8),
                List.of("/new", "/save"),
                folder.resolve("history"));
    }

    @AfterEach
    void close() throws IOException {
        lines.close();
    }

    @Test
    void backspaceTakesAWholeSyllable() throws Exception {
        assertThat(line("가나다" + BACKSPACE + BACKSPACE + "a\r")).contains("가a");
    }

    @Test
    void arrowsMoveInTheLineAndThroughEarlierOnes() throws Exception {
        assertThat(line("한글" + LEFT + "x\r")).contains("한x글");
        assertThat(line("second\r")).contains("second");
        assertThat(line(UP + UP + "\r")).contains("한x글");
    }

    @Test
    void whatWasTypedIsThereInTheNextChat() throws Exception {
        assertThat(line("remember me\r")).contains("remember me");
        assertThat(line(" a secret\r")).contains(" a secret"); // a leading space keeps it out, as in shells
        close();
        assertThat(Files.readString(folder.resolve("history"))).isEqualTo("remember me\n");
        open();
        assertThat(line(UP + "\r")).contains("remember me");
    }

    @Test
    void quotesBackslashesAndExclamationMarksAreText() throws Exception {
        String text = "it's \"5!! or !x, C:\\new \\";
        assertThat(line(text + "\r")).contains(text);
    }

    @Test
    void aCommandIsCompleted() throws Exception {
        assertThat(line("/sa\tchat.jsonl\r")).contains("/save chat.jsonl");
    }

    @Test
    void ctrlCClearsALineFirst() throws Exception {
        CompletableFuture<Optional<String>> next = ask(false);
        type("half a line", "half a line");
        type(CTRL_C, "^C");
        type("whole\r", "");
        assertThat(next.get(20, TimeUnit.SECONDS)).contains("whole");
    }

    @Test
    void ctrlCOnAnEmptyLineWarnsAndThenEnds() throws Exception {
        CompletableFuture<Optional<String>> next = ask(false);
        await("> ");
        type(CTRL_C, "Ctrl-C once more, or Ctrl-D, ends the conversation");
        await("conversation)\r\n");
        while (!next.isDone()) {
            type(CTRL_C, "");
            Thread.sleep(100);
        }
        assertThat(next.get()).isEmpty();
    }

    @Test
    void ctrlCAfterAReplyThatWasEndedByItEndsAtOnce() throws Exception {
        CompletableFuture<Optional<String>> next = ask(true);
        await("> ");
        type(CTRL_C, "");
        assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void ctrlDEnds() throws Exception {
        assertThat(line(CTRL_D)).isEmpty();
    }

    private Optional<String> line(String typed) throws Exception {
        CompletableFuture<Optional<String>> next = ask(false);
        type(typed, "");
        return next.get(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<Optional<String>> ask(boolean interrupted) {
        return CompletableFuture.supplyAsync(() -> lines.next(interrupted));
    }

    private void type(String text, String shown) throws Exception {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
        await(shown);
    }

    private void await(String shown) throws InterruptedException, TimeoutException, ExecutionException {
        for (int i = 0; i < 400 && !screen.toString(StandardCharsets.UTF_8).contains(shown); i++) {
            Thread.sleep(25);
        }
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains(shown);
    }
}
