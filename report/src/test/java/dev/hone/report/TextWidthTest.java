package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWidthTest {
    @ParameterizedTest
    @CsvSource({"abc, 3", "가나다, 6", "정확도 %, 8", "日本, 4", "Ａ, 2", "é, 1", "한국 ok!, 8", "±–…, 3", "🙂, 2", "ﾊﾝ, 2"})
    void wideCharactersTakeTwoColumns(String text, int columns) {
        assertThat(TextWidth.of(text)).isEqualTo(columns);
    }

    /** e + combining acute; decomposed 한 (initial, vowel, final); a zero-width joiner. */
    @Test
    void joiningMarksTakeNone() {
        assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
        assertThat(TextWidth.of("\u1112\u1161\u11AB")).isEqualTo(2);
        assertThat(TextWidth.of("a\u200Db")).isEqualTo(2);
    }

    @Test
    void rangeEndsAreWideAndTheirNeighboursAreNot() {
        assertThat(TextWidth.of(0x115F)).isEqualTo(2);
        assertThat(TextWidth.of(0xAC00)).isEqualTo(2);
        assertThat(TextWidth.of(0xD7A3)).isEqualTo(2);
        assertThat(TextWidth.of(0x2B50)).isEqualTo(2);
        assertThat(TextWidth.of(0x2B51)).isEqualTo(1);
        assertThat(TextWidth.of(0xFF61)).isEqualTo(1);
        assertThat(TextWidth.of(0x3FFFE)).isEqualTo(1);
    }

    @Test
    void clippingNeverSplitsAWideCharacter() {
        assertThat(TextWidth.clip("가나다", 6)).isEqualTo("가나다");
        assertThat(TextWidth.clip("가나다", 5)).isEqualTo("가나…");
        assertThat(TextWidth.clip("가나다", 4)).isEqualTo("가…");
        assertThat(TextWidth.clip("abc", 1)).isEqualTo("…");
        assertThat(TextWidth.clip("abc", 0)).isEmpty();
        assertThat(TextWidth.clip("🙂🙂🙂", 4)).isEqualTo("🙂…");
    }

    @Test
    void plainTextCannotSteerTheTerminal() {
        assertThat(TextWidth.plain("a\n\tb\u001B[2Jc\u202Ed")).isEqualTo("a  b [2Jc d");
        assertThat(TextWidth.plain("🙂 가")).isEqualTo("🙂 가");
    }
}
