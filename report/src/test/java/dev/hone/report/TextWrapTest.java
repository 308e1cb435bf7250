package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextWrapTest {
    @Test
    void linesBreakAtSpaces() {
        assertThat(TextWrap.lines("one two three", 7)).containsExactly("one two", "three");
        assertThat(TextWrap.lines("one two three", 8)).containsExactly("one two", "three");
        assertThat(TextWrap.lines("one two three", 13)).containsExactly("one two three");
    }

    /** 가나 다라 마바 takes 2·2 + 1 + 2·2 + 1 + 2·2 = 14 columns. */
    @Test
    void wideCharactersCountTwice() {
        assertThat(TextWrap.lines("가나 다라 마바", 14)).containsExactly("가나 다라 마바");
        assertThat(TextWrap.lines("가나 다라 마바", 13)).containsExactly("가나 다라", "마바");
        assertThat(TextWrap.lines("가나 다라 마바", 8)).containsExactly("가나", "다라", "마바");
    }

    @Test
    void wordsLongerThanALineAreCutBetweenCharacters() {
        assertThat(TextWrap.lines("abcdefg", 3)).containsExactly("abc", "def", "g");
        assertThat(TextWrap.lines("가나다라", 5)).containsExactly("가나", "다라");
        assertThat(TextWrap.lines("🙂🙂", 1)).containsExactly("🙂", "🙂");
    }

    @Test
    void linesOfTheTextAndTheirIndentationStay() {
        assertThat(TextWrap.lines("if x:\n\treturn\n\nend", 20)).containsExactly("if x:", "    return", "", "end");
        assertThat(TextWrap.lines("   abcdef", 5)).containsExactly("   ab", "cdef");
        assertThat(TextWrap.lines("", 5)).containsExactly("");
    }

    @Test
    void nothingSteersTheTerminal() {
        assertThat(TextWrap.lines("a\u001B[2Jb", 20)).containsExactly("a [2Jb");
    }

    @Test
    void paddingCountsColumns() {
        assertThat(TextWrap.padded("가", 4)).isEqualTo("가  ");
        assertThat(TextWrap.padded("abcde", 4)).isEqualTo("abcde");
    }
}
