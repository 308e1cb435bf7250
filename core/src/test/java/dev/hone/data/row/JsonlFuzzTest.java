package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.dataset.PreferenceDataset;
import dev.hone.data.dataset.TextDataset;
import dev.hone.data.dataset.UnpairedDataset;
import dev.hone.testkit.Hostile;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a JSON Lines file: its rows become tokens, or one of them is refused by file and line. */
class JsonlFuzzTest {
    private static final int MAX_TOKENS = 512;

    @TempDir
    static Path folder;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void learnTokens() {
        tokenizer = TinyTokenizers.bytes(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @FuzzTest(maxDuration = "15m")
    void rows(byte[] content) {
        read(content);
    }

    /** Nested a hundred thousand times: no row, and no exhausted stack. */
    @Test
    void depthIsRefused() {
        byte[] deep = ("{\"text\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        read(deep);
    }

    /** Megabytes in one line: more than a tokenizer takes at once is refused by file and line. */
    @Test
    void longLinesAreReadOrRefused() {
        RowRenderer renderer = new RowRenderer(tokenizer, null, TrainOn.ALL);
        for (int words : new int[] {500_000, 4_000_000}) {
            byte[] content = ("{\"text\":\"" + "a ".repeat(words) + "\"}").getBytes(StandardCharsets.UTF_8);
            Path file = Hostile.file(folder, "rows.jsonl", content);
            boolean read = Hostile.read(
                    Path.of(file + ":1"),
                    () -> TextDataset.read(
                            JsonlFile.open(List.of(file)),
                            renderer,
                            MAX_TOKENS,
                            Overflow.TRUNCATE,
                            ReadingListener.of(n -> {}, () -> false)));
            assertThat(read).isEqualTo(words < 1_000_000);
        }
    }

    private static void read(byte[] content) {
        Path file = Hostile.file(folder, "rows.jsonl", content);
        List<Path> files = List.of(file);
        for (String template : List.of("chatml", "qwen2.5", "alpaca")) {
            RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn(template), TrainOn.REPLIES);
            Hostile.read(file, () -> {
                TextDataset rows = TextDataset.read(
                        JsonlFile.open(files),
                        renderer,
                        MAX_TOKENS,
                        Overflow.TRUNCATE,
                        ReadingListener.of(read -> {}, () -> false));
                rows.batch(List.of(0));
            });
        }
        RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.ALL);
        Hostile.read(
                file,
                () -> PreferenceDataset.read(
                        JsonlFile.open(files),
                        renderer,
                        TargetKind.ANSWERS,
                        MAX_TOKENS,
                        Overflow.DROP,
                        ReadingListener.of(read -> {}, () -> false)));
        for (UnpairedDataset.Companion beside : UnpairedDataset.Companion.values()) {
            Hostile.read(
                    file,
                    () -> UnpairedDataset.read(
                            JsonlFile.open(files),
                            renderer,
                            beside,
                            MAX_TOKENS,
                            Overflow.DROP,
                            ReadingListener.of(read -> {}, () -> false)));
        }
        Hostile.read(file, () -> {
            JsonlFile rows = JsonlFile.open(file);
            for (int row = 0; row < rows.rows(); row++) {
                int number = row;
                Hostile.read(Path.of(rows.place(row)), () -> RowFormat.read(rows.row(number), rows.place(number)));
            }
        });
    }
}
