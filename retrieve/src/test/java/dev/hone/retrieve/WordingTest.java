package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordingTest {
    @Test
    void aQuotationIsTheSameWordsWhateverTheSpaceBetweenThem() {
        assertThat(Wording.quotes("It  is\non Friday", "Here: It is on Friday."))
                .isTrue();
        assertThat(Wording.quotes("it is on friday", "It is on Friday.")).isFalse();
        assertThat(Wording.quotes(" ", "It is on Friday.")).isFalse();
    }

    @Test
    void aNumberIsMentionedAsAWholeAndAKoreanNounBeforeItsParticle() {
        assertThat(Wording.mentions("they gave up 308 points", "30")).isFalse();
        assertThat(Wording.mentions("they gave up 308 points", "308")).isTrue();
        assertThat(Wording.mentions("임수경을 대표로", "임수경")).isTrue();
        assertThat(Wording.mentions("1989년 2월", "989년")).isFalse();
    }

    /** Nine of the ten words are the same, in order: 5 of 6 runs of five words stand in both. */
    @Test
    void aPassageWithAnotherEndingIsNearlyTheSame() {
        NearDuplicates known = NearDuplicates.among(chunks("The old bridge of Malgol was built in that year."));
        assertThat(known.of("The old bridge of Malgol was built in that CENTURY."))
                .isPresent();
        assertThat(known.of("Another bridge of Malgol was closed in the same year."))
                .isEmpty();
    }

    @Test
    void lettersDecideTheLanguage() {
        assertThat(Language.of("다리는 Old Bridge라고 한다")).isEqualTo(Language.KOREAN);
        assertThat(Language.of("The word 다리 means a bridge in English")).isEqualTo(Language.ENGLISH);
        assertThat(Language.of("1897")).isEqualTo(Language.ENGLISH);
    }

    private static List<Chunk> chunks(String... texts) {
        return IntStream.range(0, texts.length)
                .mapToObj(i -> new Chunk(new Document("" + i, "t", texts[i]), 0, 0, texts[i].length()))
                .toList();
    }
}
