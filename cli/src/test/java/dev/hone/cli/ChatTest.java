package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            if (!sent && length > 0 && !text.equals("> ")) {
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

    @Test
    @Timeout(60)
    @DisabledOnOs(OS.WINDOWS)
    void ctrlCEndsTheReplyAndNotTheConversation() throws IOException {
        TinyTokenizers.bytes(folder).close();
        CheckpointWriter.write(folder, TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Impatient out = new Impatient();
        byte[] typed = "hello\nand again\n\n".getBytes(StandardCharsets.UTF_8);
        int code = new CommandLine(new Chat(new ByteArrayInputStream(typed)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--model", folder.toString(), "--max-tokens", "200");

        assertThat(code).isEqualTo(Exit.DONE.code());
        assertThat(out.toString().split("> ", -1)).hasSize(4); // asked three times
        assertThat(err.toString()).containsOnlyOnce("reply ended");
    }
}
