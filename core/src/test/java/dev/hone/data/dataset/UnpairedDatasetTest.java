package dev.hone.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One id a byte, and the end of text after an answer. */
class UnpairedDatasetTest {
    private static final String[] ROWS = {
        "{'prompt': 'ab', 'completion': 'c', 'label': true}", "{'prompt': 'x', 'completion': 'yz', 'label': false}"
    };

    @TempDir
    private Path folder;

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
    void besideAnAnswerStandsItsPromptWithTheAnswerOfTheRowBefore() throws IOException {
        Batch batch = read(UnpairedDataset.Companion.FOREIGN_ANSWER, 200, Overflow.REFUSE, ROWS)
                .batch(List.of(1));
        assertThat(batch.rowCount()).isEqualTo(2);
        assertThat(batch.get(Annotation.DESIRABLE)).containsExactly(0, 0);
        Segment foreign = batch.segments().get(2);
        int[] tokens = Arrays.copyOfRange(batch.tokens(), foreign.start(), foreign.start() + foreign.length());
        assertThat(tokenizer.decodeWithoutSpecials(tokens)).isEqualTo("c");
    }

    @Test
    void anAnswerAloneIsOneRow() throws IOException {
        UnpairedDataset labelled = read(UnpairedDataset.Companion.NOTHING, 200, Overflow.REFUSE, ROWS);
        Batch batch = labelled.batch(List.of(1, 0));
        assertThat(batch.rowCount()).isEqualTo(2);
        assertThat(batch.get(Annotation.DESIRABLE)).containsExactly(0, 1);
        assertThat(labelled.length(1)).isEqualTo(4);
        assertThat(batch.tokenCount()).isEqualTo(8);
    }

    /** A prompt of 4 and its answer of 1 fill 6 tokens with the end; a foreign answer of 2 and its end would take 7. */
    @Test
    void aForeignAnswerIsCutWhereAnOwnOneWouldNotFit() throws IOException {
        UnpairedDataset labelled = read(
                UnpairedDataset.Companion.FOREIGN_ANSWER,
                6,
                Overflow.REFUSE,
                "{'prompt': 'a', 'completion': 'bc', 'label': true}",
                "{'prompt': 'abcd', 'completion': 'e', 'label': false}");
        assertThat(labelled.batch(List.of(1)).segments().get(2).length()).isEqualTo(2);
        assertThat(labelled.length(1)).isEqualTo(4 + 2 + 2);
    }

    @Test
    void rowsWithoutAnAnswerOrALabelAreNamed() {
        assertThatThrownBy(() -> read("{'prompt': 'a', 'completion': 'b'}"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows.jsonl:1: label is missing");
        assertThatThrownBy(() -> read("{'prompt': 'a', 'completion': 'b', 'desirable': true}"))
                .hasMessageEndingWith("if that is what they mean, write data.columns: {label: desirable}");
        assertThatThrownBy(() -> read("{'prompt': 'a', 'completion': 'b', 'label': 1}"))
                .hasMessageContaining("rows.jsonl:1: label (1); it must be true");
        assertThatThrownBy(() -> read(ROWS[0], "{'prompt': 'a', 'completion': '', 'label': true}"))
                .hasMessageContaining("rows.jsonl:2: answer is empty, so there is nothing to judge");
        assertThatThrownBy(
                        () -> read(
                                ROWS[0],
                                "{'messages': [{'role':'user','content':'a'},{'role':'assistant','content':''}], 'label': true}"))
                .hasMessageContaining("rows.jsonl:2: answer is empty");
    }

    /** "Korea." was said before; what is judged is "Seoul.", however the row is written. */
    @Test
    void theLabelJudgesTheLastAnswerInEveryFormat() throws IOException {
        String[] rows = {
            "{'messages': [{'role':'user','content':'a'},{'role':'assistant','content':'Korea.'},"
                    + "{'role':'user','content':'b'},{'role':'assistant','content':'Seoul.'}], 'label': true}",
            "{'prompt': [{'role':'user','content':'a'},{'role':'assistant','content':'Korea.'},"
                    + "{'role':'user','content':'b'}], 'completion': [{'role':'assistant','content':'Seoul.'}], 'label': false}",
            "{'instruction': 'b', 'history': [['a','Korea.']], 'output': 'Seoul.', 'label': true}",
            "{'conversations': [{'from':'human','value':'a'},{'from':'gpt','value':'Korea.'},"
                    + "{'from':'human','value':'b'},{'from':'gpt','value':'Seoul.'}], 'label': false}"
        };
        UnpairedDataset labelled = read(rows);
        Batch first = labelled.batch(List.of(0));
        for (int row = 0; row < rows.length; row++) {
            Batch batch = labelled.batch(List.of(row));
            assertThat(batch.tokens()).isEqualTo(first.tokens());
            assertThat(batch.targets().position()).isEqualTo(first.targets().position());
        }
        assertThat(trained(first, 0)).isEqualTo("Seoul.<|im_end|>");
    }

    @Test
    void aForeignAnswerStandsAfterTheLastPrompt() throws IOException {
        UnpairedDataset labelled = read(
                UnpairedDataset.Companion.FOREIGN_ANSWER,
                400,
                Overflow.REFUSE,
                "{'messages': [{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
                        + "{'role':'user','content':'c'},{'role':'assistant','content':'d'}], 'label': true}",
                "{'messages': [{'role':'user','content':'e'},{'role':'assistant','content':'f'},"
                        + "{'role':'user','content':'g'},{'role':'assistant','content':'h'}], 'label': false}");
        Batch batch = labelled.batch(List.of(0));
        Segment prompt = batch.segments().get(0);
        assertThat(tokenizer.decode(Arrays.copyOfRange(batch.tokens(), 0, prompt.length())))
                .endsWith("<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n");
        assertThat(trained(batch, 0)).isEqualTo("d<|im_end|>");
        assertThat(trained(batch, 1)).isEqualTo("h<|im_end|>");
    }

    /** The tokens of a row that are predicted. */
    private String trained(Batch batch, int row) {
        int[] tokens = IntStream.range(0, batch.targets().count())
                .filter(target -> batch.targets().row()[target] == row)
                .map(target -> batch.targets().token()[target])
                .toArray();
        return tokenizer.decode(tokens);
    }

    /** Two tokens are the prompt of the second row alone. */
    @Test
    void answersOfWhichNothingIsLeftAreCounted() throws IOException {
        UnpairedDataset labelled = read(
                UnpairedDataset.Companion.NOTHING,
                2,
                Overflow.TRUNCATE,
                "{'prompt': 'a', 'completion': 'bc', 'label': true}",
                "{'prompt': 'ab', 'completion': 'c', 'label': true}",
                "{'prompt': 'a', 'completion': 'd', 'label': false}");
        assertThat(labelled.count()).isEqualTo(2);
        assertThat(labelled.overflowed()).isEqualTo(3);
        assertThat(labelled.emptied()).isEqualTo(1);
    }

    @Test
    void bothLabelsAreNeeded() {
        assertThatThrownBy(() -> read(ROWS[0], ROWS[0]))
                .hasMessageContaining("all 2 labels are true; answers of both kinds are needed");
        assertThatThrownBy(() -> read(ROWS[1])).hasMessageContaining("all 1 labels are false");
    }

    @Test
    void rowsThatAreAllTooLongLeaveNothing() {
        assertThatThrownBy(() -> read(UnpairedDataset.Companion.NOTHING, 3, Overflow.DROP, ROWS))
                .hasMessageContaining("no answer is left to train on; all 2 are longer than max-tokens (3)");
        assertThatThrownBy(() -> read(UnpairedDataset.Companion.NOTHING, 3, Overflow.REFUSE, ROWS))
                .hasMessageContaining("rows.jsonl:1: has 4 tokens where max-tokens is 3");
    }

    private UnpairedDataset read(String... rows) throws IOException {
        return read(UnpairedDataset.Companion.NOTHING, 200, Overflow.REFUSE, rows);
    }

    /** Rows with single quotes in place of double ones. */
    private UnpairedDataset read(UnpairedDataset.Companion beside, int maxTokens, Overflow overflow, String... rows)
            throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.writeString(file, String.join("\n", rows).replace('\'', '"'));
        RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
        return UnpairedDataset.read(
                JsonlFile.open(List.of(file)),
                renderer,
                beside,
                maxTokens,
                overflow,
                ReadingListener.of(read -> {}, () -> false));
    }
}
