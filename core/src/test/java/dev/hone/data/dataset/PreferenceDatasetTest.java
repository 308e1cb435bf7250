package dev.hone.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.batch.Targets;
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

class PreferenceDatasetTest {
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

    /** One id a byte, and the end of text: a prompt of 2, answers of 3 + 1 and 1 + 1 tokens. */
    @Test
    void thePromptIsLaidOutOnceAndItsEndPredictsBothAnswers() throws IOException {
        PreferenceDataset pairs = read("{'prompt': 'ab', 'chosen': 'cde', 'rejected': 'x', 'margin': 2}");
        Batch batch = pairs.batch(List.of(0));
        assertThat(pairs.length(0)).isEqualTo(2 + 4 + 2);
        assertThat(batch.segments())
                .containsExactly(new Segment(0, 2, Segment.NONE, 0), new Segment(2, 4, 0, 0), new Segment(6, 2, 0, 1));
        assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 5, 2, 3);
        assertThat(batch.targets().position()).containsExactly(1, 2, 3, 4, 1, 6);
        assertThat(batch.targets().row()).containsExactly(0, 0, 0, 0, 1, 1);
        assertThat(batch.get(Annotation.MARGIN)).containsExactly(2, 2);
    }

    /** Answers may begin alike; what they share is trained on both sides and so is computed on both. */
    @Test
    void answersThatBeginAlikeShareThePromptAlone() throws IOException {
        PreferenceDataset pairs = read("{'prompt': 'ab', 'chosen': 'cd', 'rejected': 'cx'}");
        assertThat(pairs.batch(List.of(0)).segments().get(0).length()).isEqualTo(2);
        assertThat(pairs.batch(List.of(0)).targets().count()).isEqualTo(6);
    }

    @Test
    void everyWayOfWritingAPairGivesTheSameTokens() throws IOException {
        PreferenceDataset messages = read(
                "{'prompt': [{'role':'user','content':'hi'}], 'chosen': [{'role':'assistant','content':'yes'}],"
                        + " 'rejected': [{'role':'assistant','content':'no'}]}",
                "{'chosen': [{'role':'user','content':'hi'},{'role':'assistant','content':'yes'}],"
                        + " 'rejected': [{'role':'user','content':'hi'},{'role':'assistant','content':'no'}]}",
                "{'instruction': 'hi', 'chosen': 'yes', 'rejected': 'no'}",
                "{'messages': [{'role':'user','content':'hi'}], 'chosen': {'role':'assistant','content':'yes'},"
                        + " 'rejected': {'role':'assistant','content':'no'}}");
        int[] tokens = messages.batch(List.of(0)).tokens();
        for (int row = 1; row < 4; row++) {
            assertThat(messages.batch(List.of(row)).tokens()).as("row %d", row).containsExactly(tokens);
        }
    }

    @Test
    void transcriptsShareEverythingUpToTheLastReply() throws IOException {
        PreferenceDataset pairs =
                read("{'chosen': '\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: good',"
                        + " 'rejected': '\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: gone'}");
        Batch batch = pairs.batch(List.of(0));
        int shared = batch.segments().get(0).length();
        assertThat(tokenizer.decode(Arrays.copyOf(batch.tokens(), shared))).endsWith("Human: c\n\nAssistant:");
    }

    @Test
    void pairsWithEqualSidesAreLeftOutAndCounted() throws IOException {
        PreferenceDataset pairs = read(
                "{'prompt': 'a', 'chosen': 'b', 'rejected': 'b'}", "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'}");
        assertThat(pairs.count()).isEqualTo(1);
        assertThat(pairs.equal()).isEqualTo(1);
        assertThat(pairs.place(0)).endsWith("pairs.jsonl:2");
        assertThatThrownBy(() -> read("{'prompt': 'a', 'chosen': 'b', 'rejected': 'b'}"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("of 1, 1 have equal sides");
    }

    @Test
    void aSideThatIsMissingOrEmptyIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read("{'prompt': 'a', 'chosen': 'b'}"))
                .hasMessageContaining("pairs.jsonl:1: has no rejected");
        assertThatThrownBy(() -> read("{'prompt': 'a', 'chosen': '', 'rejected': 'b'}"))
                .hasMessageContaining("pairs.jsonl:1: chosen is empty, so there is nothing to compare");
        assertThatThrownBy(() -> read("{'prompt': [{'role':'user','content':'a'}],"
                        + " 'chosen': [{'role':'assistant','content':'b'}],"
                        + " 'rejected': [{'role':'assistant','content':' '}]}"))
                .hasMessageContaining("pairs.jsonl:1: rejected is empty");
        assertThatThrownBy(() -> read("{'chosen': 'b', 'rejected': 'c'}")).hasMessageContaining("do not begin alike");
        assertThatThrownBy(() -> read("{'prompt': 'a', 'chosen': 'b', 'rejected': 'c', 'margin': 'much'}"))
                .hasMessageContaining("margin (\"much\") must be a number");
    }

    @Test
    void aPairThatIsTooLongIsRefusedCutOrDropped() throws IOException {
        String longer = "{'prompt': 'ab', 'chosen': 'cdefgh', 'rejected': 'x'}";
        assertThatThrownBy(() -> read(5, Overflow.REFUSE, longer))
                .hasMessageContaining("its longer side has 9 tokens where max-tokens is 5");
        assertThatThrownBy(() -> read(5, Overflow.SPLIT, longer)).hasMessageContaining("cannot be split");
        assertThat(read(5, Overflow.TRUNCATE, longer).length(0)).isEqualTo(2 + 3 + 2);
        assertThatThrownBy(() -> read(5, Overflow.DROP, longer)).hasMessageContaining("1 are longer");
        assertThatThrownBy(() -> read(2, Overflow.TRUNCATE, longer)).hasMessageContaining("no pair is left");
    }

    /** "Hi" is the prompt; on both sides two replies follow, and all of them are what was preferred or not. */
    @Test
    void allRepliesAfterTheCommonBeginningAreScored() throws IOException {
        String side = "[{'role':'user','content':'Hi'},{'role':'assistant','content':'%s'},"
                + "{'role':'user','content':'Help?'},{'role':'assistant','content':'Gladly.'}]";
        Batch batch = read("{'chosen': " + side.formatted("Hello.") + ", 'rejected': " + side.formatted("What?") + "}")
                .batch(List.of(0));
        int[] rows = batch.targets().row();
        int[] tokens = batch.targets().token();
        assertThat(tokenizer.decode(IntStream.range(0, rows.length)
                        .filter(i -> rows[i] == 0)
                        .map(i -> tokens[i])
                        .toArray()))
                .isEqualTo("Hello.<|im_end|>Gladly.<|im_end|>");
        assertThat(tokenizer.decode(IntStream.range(0, rows.length)
                        .filter(i -> rows[i] == 1)
                        .map(i -> tokens[i])
                        .toArray()))
                .isEqualTo("What?<|im_end|>Gladly.<|im_end|>");
    }

    @Test
    void pairsOfWhichNothingIsLeftAreCounted() throws IOException {
        PreferenceDataset pairs = read(
                3,
                Overflow.TRUNCATE,
                "{'prompt': 'ab', 'chosen': 'cdefgh', 'rejected': 'x'}",
                "{'prompt': 'abc', 'chosen': 'd', 'rejected': 'x'}");
        assertThat(pairs.count()).isEqualTo(1);
        assertThat(pairs.overflowed()).isEqualTo(2);
        assertThat(pairs.emptied()).isEqualTo(1);
    }

    @Test
    void numbersOfAFrozenModelFollowTheirRowsIntoAnyBatch() throws IOException {
        PreferenceDataset pairs = read(
                "{'prompt': 'ab', 'chosen': 'c', 'rejected': 'x'}",
                "{'prompt': 'ab', 'chosen': 'd', 'rejected': 'yz'}");
        AnnotatedDataset annotated = new AnnotatedDataset(
                pairs, Annotation.REFERENCE, List.of(new float[] {1, 2, 3, 4}, new float[] {5, 6, 7, 8, 9}));
        assertThat(annotated.batch(List.of(1, 0)).get(Annotation.REFERENCE)).containsExactly(5, 6, 7, 8, 9, 1, 2, 3, 4);
        assertThatThrownBy(() -> new AnnotatedDataset(pairs, Annotation.REFERENCE, List.of()))
                .hasMessageContaining("0 annotations for 2 rows");
    }

    /** "ab" + "cde" and "ab" + "cx", each with its end of text: scored as a whole, sides share all they begin with, "abc". */
    @Test
    void whatIsScoredAsAWholeHasOneTargetASideAtItsLastToken() throws IOException {
        PreferenceDataset pairs =
                whole(200, Overflow.REFUSE, "{'prompt': 'ab', 'chosen': 'cde', 'rejected': 'cx', 'margin': 2}");
        Batch batch = pairs.batch(List.of(0));
        assertThat(pairs.length(0)).isEqualTo(3 + 3 + 2).isEqualTo(batch.tokenCount());
        assertThat(batch.segments())
                .containsExactly(new Segment(0, 3, Segment.NONE, 0), new Segment(3, 3, 0, 0), new Segment(6, 2, 0, 1));
        assertThat(batch.targets().position()).containsExactly(5, 7);
        assertThat(batch.targets().row()).containsExactly(0, 1);
        assertThat(batch.targets().token()).containsExactly(Targets.NOTHING, Targets.NOTHING);
        assertThat(batch.tokens()[5]).isEqualTo(256).isEqualTo(batch.tokens()[7]);
        assertThat(batch.get(Annotation.MARGIN)).containsExactly(2, 2);
    }

    @Test
    void aConversationIsScoredAtTheEndOfItsTemplate() throws IOException {
        PreferenceDataset pairs = whole(
                200,
                Overflow.REFUSE,
                "{'chosen': [{'role':'user','content':'hi'},{'role':'assistant','content':'yes'}],"
                        + " 'rejected': [{'role':'user','content':'hi'},{'role':'assistant','content':'no'}]}");
        Batch batch = pairs.batch(List.of(0));
        for (int i = 0; i < 2; i++) {
            Segment side = batch.segments().get(1 + i);
            assertThat(batch.targets().position()[i]).isEqualTo(side.start() + side.length() - 1);
            assertThat(tokenizer.decode(Arrays.copyOfRange(batch.tokens(), side.start(), side.start() + side.length())))
                    .isEqualTo((i == 0 ? "yes" : "no") + "<|im_end|>\n");
        }
    }

    @Test
    void whatIsScoredAsAWholeIsNeverCut() throws IOException {
        String longer = "{'prompt': 'ab', 'chosen': 'cdefgh', 'rejected': 'x'}";
        String fits = "{'prompt': 'ab', 'chosen': 'c', 'rejected': 'x'}";
        String equal = "{'prompt': 'ab', 'chosen': 'c', 'rejected': 'c'}";
        assertThatThrownBy(() -> whole(200, Overflow.TRUNCATE, fits))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("on-overflow (truncate) would cut off the end of a text, where it is scored");
        assertThatThrownBy(() -> whole(5, Overflow.REFUSE, longer))
                .hasMessageContaining("has 9 tokens where max-tokens is 5")
                .hasMessageEndingWith("set data.on-overflow to drop");
        PreferenceDataset kept = whole(5, Overflow.DROP, longer, fits, equal);
        assertThat(kept.count()).isEqualTo(1);
        assertThat(kept.overflowed()).isEqualTo(1);
        assertThat(kept.equal()).isEqualTo(1);
    }

    private PreferenceDataset whole(int maxTokens, Overflow overflow, String... rows) throws IOException {
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(file, String.join("\n", rows).replace('\'', '"'));
        RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
        return PreferenceDataset.read(
                JsonlFile.open(List.of(file)),
                renderer,
                TargetKind.WHOLE,
                maxTokens,
                overflow,
                ReadingListener.of(read -> {}, () -> false));
    }

    private PreferenceDataset read(String... rows) throws IOException {
        return read(200, Overflow.REFUSE, rows);
    }

    /** Rows with single quotes in place of double ones. */
    private PreferenceDataset read(int maxTokens, Overflow overflow, String... rows) throws IOException {
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(file, String.join("\n", rows).replace('\'', '"'));
        RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
        return PreferenceDataset.read(
                JsonlFile.open(List.of(file)),
                renderer,
                TargetKind.ANSWERS,
                maxTokens,
                overflow,
                ReadingListener.of(read -> {}, () -> false));
    }
}
