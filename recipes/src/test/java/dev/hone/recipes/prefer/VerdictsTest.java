package dev.hone.recipes.prefer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictsTest {
    @TempDir
    private Path folder;

    private Path output;
    private Path record;
    private Deck deck;

    @BeforeEach
    void makeDeck() throws IOException {
        output = folder.resolve("pairs.jsonl");
        record = folder.resolve("pairs.judged.jsonl");
        StringBuilder rows = new StringBuilder();
        for (String prompt : new String[] {"p", "q", "r"}) {
            for (String completion : new String[] {"가", "b"}) {
                rows.append("{\"prompt\": \"%s\", \"completion\": \"%s\"}%n".formatted(prompt, completion));
            }
        }
        deck = Deck.read(Files.writeString(folder.resolve("samples.jsonl"), rows), 1, 42);
    }

    @Test
    void aChoiceIsOnDiskAtOnce() throws IOException {
        try (Verdicts verdicts = Verdicts.open(output)) {
            AnswerPair first = judge(verdicts, Verdict.RIGHT);
            assertThat(output)
                    .hasContent(
                            "{\"prompt\":[{\"role\":\"user\",\"content\":\"p\"}],\"chosen\":[{\"role\":\"assistant\","
                                    + "\"content\":\"" + first.right()
                                    + "\"}],\"rejected\":[{\"role\":\"assistant\",\"content\":\""
                                    + first.left() + "\"}]}");
            assertThat(record).hasContent("{\"comparison\":\"" + first.key() + "\",\"verdict\":\"right\"}");
        }
    }

    @Test
    void judgingResumesAfterWhatWasJudgedTiesIncluded() throws IOException {
        try (Verdicts verdicts = Verdicts.open(output)) {
            judge(verdicts, Verdict.LEFT);
            judge(verdicts, Verdict.TIE);
        }
        try (Verdicts verdicts = Verdicts.open(output)) {
            assertThat(deck.next(verdicts)).contains(deck.comparisons().get(2));
            assertThat(deck.tally(verdicts)).isEqualTo(new Tally(1, 0, 1));
        }
        assertThat(output.toFile()).content().hasLineCount(1);
        assertThat(record.toFile()).content().hasLineCount(2);
    }

    @Test
    void theLastVerdictCanBeTakenBackAlsoOnAnotherDay() throws IOException {
        try (Verdicts verdicts = Verdicts.open(output)) {
            judge(verdicts, Verdict.LEFT);
            judge(verdicts, Verdict.RIGHT);
            judge(verdicts, Verdict.TIE);
        }
        try (Verdicts verdicts = Verdicts.open(output)) {
            assertThat(verdicts.undo(deck)).isTrue();
            assertThat(Files.readAllLines(output)).hasSize(2);
            assertThat(verdicts.undo(deck)).isTrue();
            assertThat(Files.readAllLines(output)).hasSize(1);
            assertThat(deck.next(verdicts)).contains(deck.comparisons().get(1));
            assertThat(verdicts.undo(deck)).isTrue();
            assertThat(verdicts.undo(deck)).isFalse();
        }
        assertThat(output).isEmptyFile();
        assertThat(record).isEmptyFile();
    }

    /** The verdict is written first, so what an interruption can lose is the pair, or the end of either line. */
    @Test
    void aWriteThatWasInterruptedIsJudgedAnew() throws IOException {
        try (Verdicts verdicts = Verdicts.open(output)) {
            judge(verdicts, Verdict.LEFT);
            judge(verdicts, Verdict.LEFT);
        }
        String whole = Files.readString(output);
        Files.writeString(output, whole.substring(0, whole.length() - 7));
        Files.writeString(record, "{\"compar", StandardOpenOption.APPEND);
        try (Verdicts verdicts = Verdicts.open(output)) {
            assertThat(deck.next(verdicts)).contains(deck.comparisons().get(1));
            judge(verdicts, Verdict.LEFT);
        }
        assertThat(Files.readString(output)).isEqualTo(whole);
        assertThat(Files.readAllLines(record)).hasSize(2);
    }

    @Test
    void filesThatItDidNotWriteStayAsTheyAre() throws IOException {
        Files.writeString(output, "{\"text\": \"mine\"}");
        assertRefused("pairs.jsonl: was not written by ./hone prefer (pairs.judged.jsonl beside it is missing)");
        Files.writeString(record, "");
        Files.writeString(output, "{}\n{}\n");
        assertRefused("pairs.jsonl: has 2 pairs where");
        assertThat(output).hasContent("{}\n{}");
        Files.writeString(record, "{\"comparison\": \"a\", \"verdict\": \"up\"}\n");
        assertRefused("pairs.judged.jsonl:1: (");
        Files.writeString(record, "verdicts\n");
        assertRefused("pairs.judged.jsonl:1: is not valid JSON");
    }

    @Test
    void twoCannotWriteTheSameOutput() throws IOException {
        try (Verdicts verdicts = Verdicts.open(output)) {
            judge(verdicts, Verdict.TIE);
            assertRefused("pairs.judged.jsonl: is in use by another ./hone prefer");
        }
    }

    @Test
    void theShareOfTheLeftSideIsReportedAndTested() {
        assertThat(new Tally(0, 0, 2).summary()).isEqualTo("0 pairs, 2 ties");
        assertThat(new Tally(5, 5, 1).summary())
                .isEqualTo("10 pairs, 1 tie; the left side was chosen in 50 % of the pairs (24–76)");
        assertThat(new Tally(18, 2, 0).summary())
                .isEqualTo(
                        "20 pairs, 0 ties; the left side was chosen in 90 % of the pairs (70–97), which is not the half"
                                + " that chance would give: a habit of position?");
        assertThat(new Tally(5, 4, 3).progress(80)).isEqualTo("12 of 80, 3 ties");
    }

    private AnswerPair judge(Verdicts verdicts, Verdict verdict) throws IOException {
        AnswerPair comparison = deck.next(verdicts).orElseThrow();
        verdicts.add(comparison, verdict);
        return comparison;
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Verdicts.open(output))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
