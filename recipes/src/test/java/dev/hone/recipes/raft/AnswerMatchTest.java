package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerMatchTest {
    @Test
    void caseArticlesAndPunctuationDoNotCountInEnglish() {
        assertThat(AnswerMatch.of("The Old Bridge.", List.of("old bridge"))).isEqualTo(new AnswerMatch(true, 1));
        assertThat(AnswerMatch.of("a bridge", List.of("market", "bridge")).exact())
                .isTrue();
    }

    /** Of three words given two are right, of two wanted both: 2 · (2/3) · 1 / (2/3 + 1) = 0.8. */
    @Test
    void englishIsComparedWordByWord() {
        AnswerMatch match = AnswerMatch.of("very old bridge", List.of("old bridge"));
        assertThat(match.exact()).isFalse();
        assertThat(match.f1()).isCloseTo(0.8, within(1e-12));
    }

    /** 최제우가 against 최제우: three of four characters, 2 · 0.75 / 1.75 = 6/7; word by word it would be 0. */
    @Test
    void koreanIsComparedCharacterByCharacter() {
        AnswerMatch match = AnswerMatch.of("최제우가", List.of("최제우"));
        assertThat(match.exact()).isFalse();
        assertThat(match.f1()).isCloseTo(6.0 / 7, within(1e-12));
        assertThat(AnswerMatch.of("《국체 논쟁》", List.of("국체 논쟁")).exact()).isTrue();
    }

    @Test
    void nothingSharedIsNothing() {
        assertThat(AnswerMatch.of("", List.of("old bridge"))).isEqualTo(new AnswerMatch(false, 0));
        assertThat(AnswerMatch.of("new market", List.of("old bridge")).f1()).isZero();
    }
}
