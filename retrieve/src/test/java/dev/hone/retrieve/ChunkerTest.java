package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    /** A word is a token. */
    private static final TokenCount WORDS =
            text -> text.isBlank() ? 0 : text.strip().split("\\s+").length;

    @Test
    void aChunkHoldsWholeSentences() {
        assertThat(texts(new Chunker(WORDS, 8, 0), "One two three four five. Six seven. Eight nine ten eleven."))
                .containsExactly("One two three four five. Six seven.", "Eight nine ten eleven.");
    }

    @Test
    void anOverlapRepeatsTheLastSentencesThatFitIntoIt() {
        assertThat(texts(new Chunker(WORDS, 8, 2), "One two three four five. Six seven. Eight nine ten eleven."))
                .containsExactly("One two three four five. Six seven.", "Six seven. Eight nine ten eleven.");
    }

    @Test
    void aSentenceThatIsLongerThanAChunkIsCutBetweenWords() {
        assertThat(texts(new Chunker(WORDS, 8, 0), "a b c d e f g h i j k. L m."))
                .containsExactly("a b c d e f g h", "i j k. L m.");
    }

    @Test
    void aHeadingBeginsAChunkAndStaysWithItsText() {
        assertThat(texts(new Chunker(WORDS, 8, 0), "Some words.\n\n# Market\n\n## When\n\nOn Friday."))
                .containsExactly("Some words.", "# Market\n\n## When\n\nOn Friday.");
    }

    @Test
    void placesNameTheTextInTheDocument() {
        Document document = new Document("d", "d", "One two three four five. Six seven eight nine.");
        Chunk second = new Chunker(WORDS, 8, 0).chunks(document).get(1);
        assertThat(second.id()).isEqualTo("d#2");
        assertThat(document.text().substring(second.start(), second.end())).isEqualTo(second.text());
    }

    @Test
    void noTextIsLost() {
        String text = "안녕하세요. 오늘은 장날입니다. 달걀은 두 냥이에요.\n\n다리는 1897년에 지어졌다. 겨울에는 닫는다.".repeat(9);
        TokenCount letters = String::length;
        String joined = String.join("", texts(new Chunker(letters, 40, 0), text));
        assertThat(joined.replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
        assertThat(texts(new Chunker(letters, 40, 10), text)).allMatch(chunk -> chunk.length() <= 40);
    }

    @Test
    void anOverlapAsLongAsAChunkIsRefused() {
        assertThatThrownBy(() -> new Chunker(WORDS, 8, 8)).hasMessage("overlap (8) must be at least 0 and below 8");
    }

    private static List<String> texts(Chunker chunker, String text) {
        return chunker.chunks(new Document("d", "d", text)).stream()
                .map(Chunk::text)
                .toList();
    }
}
