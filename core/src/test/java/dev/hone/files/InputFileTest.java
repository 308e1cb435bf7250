package dev.hone.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.Safetensors;
import dev.hone.config.Settings;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.HoneException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
    @TempDir
    private Path folder;

    @Test
    void aFileIsReadToItsEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "한 text");
        assertThat(InputFile.text(file)).isEqualTo("한 text");
        assertThat(InputFile.bytes(file, 8)).hasSize(8);
        assertThatThrownBy(() -> InputFile.bytes(file, 7)).hasMessageContaining("larger than the 7 bytes");
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> InputFile.stream(folder)).hasMessage("is a folder, not a file");
    }

    /** Opening the pipe would wait for its writer, and there is none; the device would never end. */
    @Test
    void neitherANamedPipeNorADeviceIsOpened() throws Exception {
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        List<Consumer<Path>> readers =
                List.of(Settings::read, JsonlFile::open, Safetensors::open, JsonFiles::read, TokenizerFile::open);
        for (Path endless : List.of(pipe, Path.of("/dev/zero"))) {
            for (Consumer<Path> reader : readers) {
                Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> assertThatThrownBy(() -> reader.accept(endless))
                                .isInstanceOf(HoneException.class)
                                .hasMessageStartingWith(endless.toString()));
            }
        }
    }

    @Test
    void aTemplateThatNeverEndsIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("chat_template.jinja"), Path.of("/dev/zero"));
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> ChatTemplate.fromCheckpoint(folder))
                        .isInstanceOf(HoneException.class)
                        .hasMessageContaining("chat_template.jinja")
                        .hasMessageContaining("not a file"));
    }

    /** Whether a file is a pointer is asked before it is opened for what it is. */
    @Test
    void aNamedPipeIsNoLfsPointer() throws Exception {
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(LfsPointer.complaint(pipe)).isEmpty());
    }
}
