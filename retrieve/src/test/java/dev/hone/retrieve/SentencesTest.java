package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void abbreviationsAndInitialsEndNone() {
        assertThat(of("Dr. Kim met J. R. Smith. They talked, e.g. about St. Paul."))
                .containsExactly("Dr. Kim met J. R. Smith.", "They talked, e.g. about St. Paul.");
    }

    @Test
    void koreanSentencesEndAtTheirFullStop() {
        assertThat(of("장날은 금요일입니다. 달걀은 두 냥이에요! 비싼가요? 아니다."))
                .containsExactly("장날은 금요일입니다.", "달걀은 두 냥이에요!", "비싼가요?", "아니다.");
    }

    @Test
    void aDatesPartsEndNone() {
        assertThat(of("그는 1989. 2. 15. 태어났다. 끝.")).containsExactly("그는 1989. 2. 15. 태어났다.", "끝.");
    }

    /** Java's own BreakIterator sees no end here. */
    @Test
    void aSentenceMayBeginWithANumber() {
        assertThat(of("동학은 재기했다. 1893년 봄에는 집회가 있었다.")).hasSize(2);
        assertThat(of("The match ended. 2012 was better. It ran until Sept. 4 of c. 676."))
                .hasSize(3);
    }

    @Test
    void headingsItemsAndParagraphsEndOneButLinesDoNot() {
        assertThat(of("# When\nOn a\nFriday.\n- bread\n- eggs\n\nNo stop here\n\nEnd."))
                .containsExactly("# When", "On a\nFriday.", "- bread", "- eggs", "No stop here", "End.");
    }

    private static List<String> of(String text) {
        return Sentences.of(text).stream().map(span -> span.of(text)).toList();
    }
}
