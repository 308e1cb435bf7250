package dev.hone.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.loader.EpochLoader;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedDatasetTest {
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

    private static List<JsonlFile> files(int rows) throws IOException {
        List<JsonlFile> files = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < rows; i++) {
                lines.append("{\"prompt\":\"")
                        .append(name)
                        .append("\",\"completion\":\"")
                        .append("x".repeat(i % 5 + 1))
                        .append("\"}\n");
            }
            files.add(JsonlFile.open(Files.writeString(folder.resolve(name + ".jsonl"), lines)));
        }
        return files;
    }

    private static RowRenderer renderer() {
        return new RowRenderer(tokenizer, null, TrainOn.REPLIES);
    }

    /** Whether rows are read before or as they are needed, every step of two epochs has the same tokens. */
    @Test
    void stepsAreThoseOfRowsThatAreReadBefore() throws IOException {
        List<JsonlFile> files = files(20);
        Dataset before =
                TextDataset.read(files, renderer(), 64, Overflow.REFUSE, ReadingListener.of(read -> {}, () -> false));
        Dataset streamed = StreamedDataset.of(files, renderer(), 64, Overflow.REFUSE);
        EpochLoader.BatchShape shape = EpochLoader.BatchShape.shuffled(6, 7, 1);
        EpochLoader one = EpochLoader.epochs(before, shape, 2);
        EpochLoader other = EpochLoader.epochs(streamed, shape, 2);
        assertThat(other.steps()).isEqualTo(one.steps()).isEqualTo(14);
        for (long step = 0; step < one.steps(); step++) {
            assertThat(tokens(other, step)).as("step %d", step).isEqualTo(tokens(one, step));
            assertThat(other.trainedTokens(step)).isEqualTo(one.trainedTokens(step));
        }
        assertThat(streamed.place(25)).isEqualTo(before.place(25)).endsWith("b.jsonl:6");
    }

    private static List<String> tokens(EpochLoader loader, long step) {
        return loader.step(step).stream()
                .map(batch -> Arrays.toString(batch.tokens()))
                .toList();
    }

    @Test
    void aRowThatCannotBeUsedIsRefusedWhenItIsRead() throws IOException {
        JsonlFile file = JsonlFile.open(Files.writeString(
                folder.resolve("c.jsonl"),
                "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\"}\n{\"text\":\"long enough\"}\n"));
        StreamedDataset rows = StreamedDataset.of(List.of(file), renderer(), 6, Overflow.REFUSE);
        assertThat(rows.length(0)).isPositive();
        assertThatThrownBy(() -> rows.length(1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("c.jsonl:2");
        assertThatThrownBy(() -> rows.length(2))
                .hasMessageContaining("c.jsonl:3: has")
                .hasMessageContaining("max-tokens is 6");
        assertThat(StreamedDataset.of(List.of(file), renderer(), 6, Overflow.TRUNCATE)
                        .length(2))
                .isEqualTo(6);
    }
}
