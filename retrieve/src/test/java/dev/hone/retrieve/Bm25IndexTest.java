package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Bm25IndexTest {
    @Test
    void theChunkThatSharesTheRareWordsComesFirst() {
        try (Bm25Index index =
                index("The market is on Friday.", "The bridge is closed.", "The bridge was built in 1897.")) {
            assertThat(found(index, "When was the bridge built?")).containsExactly(2, 1, 0);
        }
    }

    /** nori finds the noun in 다리는 and 다리가; between spaces they would be two words. */
    @Test
    void koreanParticlesDoNotHideANoun() {
        try (Bm25Index index = index("장날은 금요일이다.", "다리는 1897년에 지어졌다.", "시장에서 달걀을 판다.")) {
            assertThat(found(index, "다리가 언제 생겼나?")).containsExactly(1);
        }
    }

    /**
     * Two chunks of four words (the title is one, the text three), of which one has "bridge" once. idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) =
     * ln 2; tf = 1 / (1 + 1.2 · (0.25 + 0.75 · 4/4)) = 1 / 2.2 (Lucene leaves out the constant factor k₁ + 1).
     */
    @Test
    void theScoreIsTheFormulas() {
        try (Bm25Index index = index("the bridge closes", "the market closes")) {
            assertThat(index.find("bridge", 1).get(0).score()).isCloseTo(Math.log(2) / 2.2, within(1e-6));
        }
    }

    @Test
    void aTitleIsFoundThoughTheTextDoesNotNameIt() {
        Document bridge = new Document("d", "Old Bridge", "It was built in 1897.");
        try (Bm25Index index =
                Bm25Index.of(List.of(new Chunk(bridge, 0, 0, bridge.text().length())))) {
            assertThat(index.find("old bridge", 3)).hasSize(1);
        }
    }

    @Test
    void nothingSharedIsNothingFound() {
        try (Bm25Index index = index("The market is on Friday.")) {
            assertThat(index.find("xyzzy", 5)).isEmpty();
            assertThat(index.find("?!", 5)).isEmpty();
        }
    }

    private static Bm25Index index(String... texts) {
        return Bm25Index.of(IntStream.range(0, texts.length)
                .mapToObj(i -> new Chunk(new Document("" + i, "t", texts[i]), 0, 0, texts[i].length()))
                .toList());
    }

    private static Stream<Integer> found(Bm25Index index, String question) {
        return index.find(question, 9).stream()
                .map(hit -> Integer.valueOf(hit.chunk().document().id()));
    }
}
