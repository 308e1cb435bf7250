package dev.hone.recipes.prefer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeckTest {
    @TempDir
    private Path folder;

    @Test
    void rowsOfAPromptBelongTogetherWhereverTheyStand() throws IOException {
        Deck deck = deck(row("p", "a"), row("q", "c"), row("p", "b"), row("q", "d"));
        assertThat(deck.comparisons()).hasSize(2);
        assertThat(sides(deck.comparisons().get(0))).containsExactlyInAnyOrder("a", "b");
        assertThat(sides(deck.comparisons().get(1))).containsExactlyInAnyOrder("c", "d");
    }

    @Test
    void completionsThatSayTheSameAreSkippedAndCounted() throws IOException {
        Deck deck = deck(row("p", "a"), row("p", " a\\n"), row("q", "a"), row("q", "b"), row("q", "b"));
        assertThat(deck.comparisons()).hasSize(1);
        assertThat(deck.repeated()).isEqualTo(2);
        assertThat(deck.alike()).isEqualTo(1);
    }

    @Test
    void completionsThatWereCutOffAreNotCompared() throws IOException {
        String cut = row("p", "Where does Nap").replace("}", ", \"reason\": \"length\"}");
        String whole = row("p", "b").replace("}", ", \"reason\": \"end_of_text\"}");
        Deck deck = deck(cut, row("p", "a"), whole);
        assertThat(sides(deck.comparisons().get(0))).containsExactlyInAnyOrder("a", "b");
        assertThat(deck.cutOff()).isEqualTo(1);
        assertRefused("different completions that were not cut off by --max-tokens (1 were)", cut, whole);
    }

    /** Five completions make two comparisons; the fifth meets nobody. */
    @Test
    void noCompletionIsInTwoComparisons() throws IOException {
        String[] rows = {row("p", "a"), row("p", "b"), row("p", "c"), row("p", "d"), row("p", "e")};
        Deck deck = Deck.read(write(rows), 9, 1);
        List<String> shown = new ArrayList<>();
        deck.comparisons().forEach(comparison -> shown.addAll(sides(comparison)));
        assertThat(shown).hasSize(4).doesNotHaveDuplicates();
        assertThat(Deck.read(write(rows), 1, 1).comparisons()).hasSize(1);
    }

    /** 400 fair coins fall within 200 ± 4·10 but for one seed in 16,000. */
    @Test
    void theSideDoesNotShowWhichCameFirst() throws IOException {
        String[] rows = new String[800];
        for (int i = 0; i < 400; i++) {
            rows[2 * i] = row("p" + i, "first");
            rows[2 * i + 1] = row("p" + i, "second");
        }
        Path file = write(rows);
        List<AnswerPair> comparisons = Deck.read(file, 1, 42).comparisons();
        assertThat(comparisons.stream().filter(c -> c.left().equals("first")).count())
                .isBetween(160L, 240L);
        assertThat(Deck.read(file, 1, 42).comparisons()).isEqualTo(comparisons);
        assertThat(Deck.read(file, 1, 43).comparisons()).isNotEqualTo(comparisons);
    }

    @Test
    void theLastTurnOfAConversationIsNotPartOfItsPrompt() throws IOException {
        String messages =
                "\"messages\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\": \"u\"},"
                        + " {\"role\": \"assistant\", \"content\": \"answer\"}]";
        Deck deck = deck("{" + messages + ", \"completion\": \"a\"}", "{" + messages + ", \"completion\": \"b\"}");
        assertThat(deck.comparisons().get(0).prompt())
                .extracting(message -> message.content())
                .containsExactly("s", "u");
    }

    @Test
    void whatCannotBeComparedIsNamed() {
        assertRefused("samples.jsonl:2: has no completion", row("p", "a"), "{\"prompt\": \"p\"}");
        assertRefused("samples.jsonl:1: has nothing to answer", "{\"completion\": \"a\"}");
        assertRefused(
                "none of its 2 prompts has two different completions", row("p", "a"), row("p", "a"), row("q", "b"));
        assertThatThrownBy(() -> Deck.read(folder.resolve("gone.jsonl"), 1, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gone.jsonl: no such file");
    }

    private void assertRefused(String message, String... rows) {
        assertThatThrownBy(() -> deck(rows)).isInstanceOf(DataException.class).hasMessageContaining(message);
    }

    private static List<String> sides(AnswerPair comparison) {
        return List.of(comparison.left(), comparison.right());
    }

    private static String row(String prompt, String completion) {
        return "{\"prompt\": \"" + prompt + "\", \"completion\": \"" + completion + "\"}";
    }

    private Deck deck(String... rows) throws IOException {
        return Deck.read(write(rows), 1, 42);
    }

    private Path write(String... rows) throws IOException {
        return Files.writeString(folder.resolve("samples.jsonl"), String.join("\n", rows));
    }
}
