package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardStreamTest {
    @Test
    void aTerminalThatDoesNotSayIsAsWideAsMost() {
        assertThat(StandardStream.columns("132")).isEqualTo(132);
        assertThat(StandardStream.columns(null)).isEqualTo(80);
        assertThat(StandardStream.columns("wide")).isEqualTo(80);
        assertThat(StandardStream.columns("0")).isEqualTo(80);
        assertThat(StandardStream.columns("-3")).isEqualTo(80);
    }

    @Test
    void textIsInTheCharsetOfTheConsole() {
        assertThat(StandardStream.charset("MS949", null)).isEqualTo(Charset.forName("MS949"));
        assertThat(StandardStream.charset(null, "Cp850")).isEqualTo(Charset.forName("IBM850"));
    }

    /** Where no locale is set, Java calls the console ASCII; terminals of today show UTF-8. */
    @Test
    void anUnknownOrUnsetCharsetIsUtf8() {
        assertThat(StandardStream.charset("ANSI_X3.4-1968", "no such charset")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(StandardStream.charset(null, null)).isEqualTo(StandardCharsets.UTF_8);
    }
}
