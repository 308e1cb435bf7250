package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PreferTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void letterByLetterPairsAreChosenAndCounted() throws IOException {
        assertThat(prefer("l\nright\nt\nq\n", 4)).isEqualTo(0);
        assertThat(pairs()).hasSize(2);
        assertThat(out.toString())
                .contains("── 0 of 4, 0 ties", "── 3 of 4, 1 tie", "2 pairs, 1 tie; the left side was chosen in 50 %");
    }

    @Test
    void theSameCommandResumesAfterTheLastChoice() throws IOException {
        prefer("l\n", 3);
        prefer("r\n", 3);
        assertThat(pairs()).hasSize(2);
        assertThat(out.toString()).contains("── 1 of 3, 0 ties", "── 2 of 3, 0 ties");
    }

    @Test
    void backTakesTheLastChoiceBackAlsoAfterTheEnd() throws IOException {
        prefer("l\nb\nb\nr\nl\nb\nt\n", 2);
        assertThat(pairs()).hasSize(1);
        assertThat(out.toString())
                .contains("2 of 2, 0 ties: all are judged")
                .contains("1 pair, 1 tie; the left side was" + " chosen in 0 %");
    }

    @Test
    void aLetterThatMeansNothingIsReported() throws IOException {
        prefer("x\nㅣ\n", 1);
        assertThat(err.toString()).contains("(x) is not a key; l left, r right, t tie, b back, q quit");
        assertThat(pairs()).hasSize(1);
    }

    @Test
    void completionsComeFromOnePlace() throws IOException {
        assertThat(execute("", "--output", folder.resolve("pairs.jsonl").toString()))
                .isNotZero();
        assertThat(execute("", "--output", "x.jsonl", "--samples", "a", "--prompts", "b"))
                .isNotZero();
        assertThat(err.toString())
                .contains("completions come from --samples FILE, or from --model DIR and --prompts FILE");
        assertThat(folder.resolve("pairs.jsonl")).doesNotExist();
    }

    @Test
    void helpShowsAnExample() {
        PrintWriter writer = new PrintWriter(out);
        assertThat(Hone.run(new String[] {"prefer", "--help"}, writer, new PrintWriter(err)))
                .isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("Example:", "./hone prefer --samples");
    }

    @Test
    void arrowsAndLettersArePressedKeys() throws IOException {
        PressedKeys keys = new PressedKeys(new StringReader("\u001B[D\u001BOC lLㄱx\u007F\u001B[6~\u001B[1;5Cq"));
        List<JudgingKey> pressed = new ArrayList<>();
        for (JudgingKey key = keys.next(); key != JudgingKey.QUIT; key = keys.next()) {
            pressed.add(key);
        }
        assertThat(pressed)
                .containsExactly(
                        JudgingKey.LEFT,
                        JudgingKey.RIGHT,
                        JudgingKey.TIE,
                        JudgingKey.LEFT,
                        JudgingKey.LEFT,
                        JudgingKey.RIGHT,
                        JudgingKey.BACK,
                        JudgingKey.DOWN);
        assertThat(new PressedKeys(new StringReader("")).next()).isEqualTo(JudgingKey.QUIT);
    }

    private int prefer(String input, int prompts) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < prompts; i++) {
            rows.append("{\"prompt\": \"p%d\", \"completion\": \"a\"}%n".formatted(i));
            rows.append("{\"prompt\": \"p%d\", \"completion\": \"b\"}%n".formatted(i));
        }
        Path samples = Files.writeString(folder.resolve("samples.jsonl"), rows);
        return execute(
                input,
                "--samples",
                samples.toString(),
                "--output",
                folder.resolve("pairs.jsonl").toString());
    }

    private int execute(String input, String... arguments) {
        Prefer verb = new Prefer(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        return new CommandLine(verb)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private List<String> pairs() throws IOException {
        return Files.readAllLines(folder.resolve("pairs.jsonl"));
    }
}
