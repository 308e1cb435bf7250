package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShellCommandTest {
    @Test
    void aLongCommandBreaksBetweenOptions() {
        String text = ShellCommand.of("./hone", "chat")
                .with("--model", "small-model")
                .with("--adapter", "runs/tour/fine-tuning/final")
                .text(60);
        assertThat(text).isEqualTo("  ./hone chat --model small-model \\\n    --adapter runs/tour/fine-tuning/final");
    }

    @Test
    void wordsAreQuotedWhereTheShellWouldReadThemOtherwise() {
        assertThat(ShellCommand.of("./hone", "chat", "--model", "my model's").text(80))
                .isEqualTo("  ./hone chat --model 'my model'\\''s'");
        assertThat(ShellCommand.of("./hone", "train", "한글/run.yaml").text(80)).isEqualTo("  ./hone train 한글/run.yaml");
    }

    @Test
    void pathsBelowThePresentFolderAreShort() {
        Path here = Path.of("").toAbsolutePath();
        assertThat(ShellCommand.shortest(here.resolve("a/b"))).isEqualTo(Path.of("a/b"));
        assertThat(ShellCommand.shortest(here.resolveSibling("other"))).isEqualTo(here.resolveSibling("other"));
    }
}
