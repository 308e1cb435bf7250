package dev.hone.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextDatasetTest {
    private static final String TEXTS = "{\"text\":\"abc\"}\n\n{\"text\":\"abcdefghijklmnop\"}\n{\"text\":\"xyz\"}\n";
    private static final String TALK = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
            + "{\"role\":\"assistant\",\"content\":\"Hello!\",\"weight\":%d}]}%n";

    @TempDir
    Path folder;

    private TokenizerFile tokenizer;

    @BeforeEach
    void open() {
        tokenizer = TinyTokenizers.bytes(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void rowsOfSeveralFilesAreNumberedThroughAndKnowTheirPlace() throws IOException {
        Path first = write("first.jsonl", TEXTS);
        Path second = write("second.jsonl", "{\"text\":\"é\"}");
        TextDataset rows = read(List.of(first, second), 100, Overflow.REFUSE);
        assertThat(rows.count()).isEqualTo(4);
        assertThat(rows.place(1)).isEqualTo(first + ":3");
        assertThat(rows.place(3)).isEqualTo(second + ":1");
        assertThat(rows.get(3).row()).isEqualTo(3);
        assertThat(rows.length(1)).isEqualTo(17);
        assertThat(rows.tokens()).isEqualTo(4 + 17 + 4 + 3);
        assertThat(rows.trainedTokens()).isEqualTo(3 + 16 + 3 + 2);
    }

    @Test
    void aRowThatIsTooLongIsRefusedWithWhatCanBeDone() throws IOException {
        Path file = write("long.jsonl", TEXTS);
        assertThatThrownBy(() -> read(List.of(file), 8, Overflow.REFUSE))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ":3: has 17 tokens where max-tokens is 8; raise data.max-tokens, or set"
                        + " data.on-overflow to truncate, drop or split");
    }

    @Test
    void truncatedRowsLoseTheirEnd() throws IOException {
        TextDataset rows = read(List.of(write("long.jsonl", TEXTS)), 8, Overflow.TRUNCATE);
        assertThat(texts(rows)).containsExactly("abc<|endoftext|>", "abcdefgh", "xyz<|endoftext|>");
        assertThat(rows.overflowed()).isEqualTo(Map.of(Overflow.TRUNCATE, 1));
    }

    @Test
    void droppedRowsAreLeftOutAndTheOthersKeepTheirPlace() throws IOException {
        TextDataset rows = read(List.of(write("long.jsonl", TEXTS)), 8, Overflow.DROP);
        assertThat(texts(rows)).containsExactly("abc<|endoftext|>", "xyz<|endoftext|>");
        assertThat(rows.place(1)).endsWith("long.jsonl:4");
        assertThat(rows.overflowed()).isEqualTo(Map.of(Overflow.DROP, 1));
    }

    /** 17 tokens into pieces of at most 8: 8, 7 and 2, because of a single last token nothing could be learned. */
    @Test
    void splitRowsLoseNoToken() throws IOException {
        TextDataset rows = read(List.of(write("long.jsonl", TEXTS)), 8, Overflow.SPLIT);
        assertThat(texts(rows))
                .containsExactly("abc<|endoftext|>", "abcdefgh", "ijklmno", "p<|endoftext|>", "xyz<|endoftext|>");
        assertThat(rows.overflowed()).isEqualTo(Map.of(Overflow.SPLIT, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 7, 11, 16})
    void splittingLosesNoTokenWhateverTheLimit(int maxTokens) throws IOException {
        String text = "abcdefghijklmnopqrstuvwxyz0123456789";
        for (int length = 1; length <= text.length(); length++) {
            String row = text.substring(0, length);
            TextDataset rows =
                    read(List.of(write("row.jsonl", "{\"text\":\"" + row + "\"}")), maxTokens, Overflow.SPLIT);
            assertThat(String.join("", texts(rows))).isEqualTo(row + "<|endoftext|>");
            assertThat(IntStream.range(0, rows.count()).map(rows::length)).allMatch(n -> n >= 2 && n <= maxTokens);
        }
    }

    @Test
    void whereEveryRowIsDroppedNothingIsLeft() throws IOException {
        Path file = write("long.jsonl", TEXTS);
        assertThatThrownBy(() -> read(List.of(file), 2, Overflow.DROP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no row is left to train on; all 3 are longer than max-tokens (2)");
    }

    /** Prompt of 3 tokens, completion of 2 and the end: cut to 5, the end is lost; cut to 3, there is nothing to train on. */
    @Test
    void aRowTruncatedToItsPromptIsLeftOutAndCounted() throws IOException {
        String cut = "{\"prompt\":\"abc\",\"completion\":\"de\"}\n";
        Path file = write("cut.jsonl", cut);
        assertThat(read(List.of(file), 5, Overflow.TRUNCATE).get(0).weights()).containsExactly(0, 0, 0, 1, 1);
        TextDataset rest = read(
                List.of(write("both.jsonl", cut + "{\"prompt\":\"a\",\"completion\":\"b\"}")), 3, Overflow.TRUNCATE);
        assertThat(rest.count()).isEqualTo(1);
        assertThat(rest.emptied()).isEqualTo(1);
        assertThat(rest.overflowed()).containsExactly(Map.entry(Overflow.TRUNCATE, 1));
        assertThatThrownBy(() -> read(List.of(file), 3, Overflow.TRUNCATE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no row is left to train on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"prompt\":\"abcdef\",\"completion\":\"gh\"}", "TALK"})
    void onlyTextsAreSplit(String row) throws IOException {
        Path file = write("row.jsonl", row.equals("TALK") ? TALK.formatted(1) : row);
        assertThatThrownBy(() -> read(List.of(file), 8, Overflow.SPLIT))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        file + ":1: is no text, of which any part can be trained on, so it cannot be split");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REFUSE", "SPLIT"})
    void aConversationWithoutAReplyToTrainOnIsRefused(Overflow overflow) throws IOException {
        Path file = write("talk.jsonl", TALK.formatted(1) + TALK.formatted(0));
        assertThatThrownBy(() -> read(List.of(file), 100, overflow))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ":2: has no trained token");
    }

    @Test
    void theFirstBadRowIsNamedByFileAndLine() throws IOException {
        Path file = write("bad.jsonl", "{\"text\":\"abc\"}\n{\"text\":\"abc\"}\n{\"text\":\"abc\n{\"a\":1}\n");
        assertThatThrownBy(() -> read(List.of(file), 8, Overflow.REFUSE))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ":3: is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE", "DROP", "SPLIT"})
    void rowsThatDidNotFitIntoMemoryAreReadAgainAndAreTheSame(Overflow overflow) throws IOException {
        List<Path> files = List.of(write("first.jsonl", TEXTS), write("second.jsonl", TEXTS));
        TextDataset kept = read(files, 8, overflow);
        TextDataset reread = TextDataset.read(
                JsonlFile.open(files), renderer(), 8, overflow, 5, ReadingListener.of(rows -> {}, () -> false));
        for (int i = 0; i < kept.count(); i++) {
            assertThat(reread.get(i).tokens()).containsExactly(kept.get(i).tokens());
            assertThat(reread.get(i).weights()).containsExactly(kept.get(i).weights());
            assertThat(reread.get(i).row()).isEqualTo(i);
        }
        assertThat(reread.overflowed()).isEqualTo(kept.overflowed()).isEqualTo(Map.of(overflow, 2));
    }

    @Test
    void readingReportsItsProgressAndCanBeStopped() throws IOException {
        List<Path> files = List.of(write("rows.jsonl", TEXTS));
        AtomicInteger seen = new AtomicInteger();
        TextDataset.read(
                JsonlFile.open(files), renderer(), 100, Overflow.REFUSE, ReadingListener.of(seen::set, () -> false));
        assertThat(seen).hasValue(3);
        seen.set(0);
        assertThatThrownBy(() -> TextDataset.read(
                        JsonlFile.open(files),
                        renderer(),
                        100,
                        Overflow.REFUSE,
                        ReadingListener.of(seen::set, () -> seen.get() == 2)))
                .isInstanceOf(dev.hone.error.StoppedException.class);
        assertThat(seen).hasValue(2);
    }

    private TextDataset read(List<Path> files, int maxTokens, Overflow overflow) {
        return TextDataset.read(
                JsonlFile.open(files), renderer(), maxTokens, overflow, ReadingListener.of(rows -> {}, () -> false));
    }

    private RowRenderer renderer() {
        return new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private List<String> texts(TextDataset rows) {
        return IntStream.range(0, rows.count())
                .mapToObj(i -> tokenizer.decode(Arrays.copyOf(rows.get(i).tokens(), rows.length(i))))
                .toList();
    }
}
