package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8StreamTest {
    /** The examples of Unicode 15, tables 3-8 to 3-11, and the edges of the narrowed second bytes; ? stands for U+FFFD. */
    @ParameterizedTest
    @CsvSource({
        "c0afe080bff081824141, ????????AA",
        "eda080edbfbfedaf4141, ????????AA",
        "f4919293ff4180bf4242, ?????A??BB",
        "e180e2f09192f1bf41, ????A",
        "f09f98, ?",
        "e282, ?",
        "41ff42, A?B",
    })
    void brokenBytesBecomeOneReplacementForEachMaximalSubpart(String hex, String expected) {
        assertThat(decode(HexFormat.of().parseHex(hex))).isEqualTo(expected.replace('?', '\uFFFD'));
    }

    @Test
    void everyCharacterSurvivesAndIsGivenOutWithItsLastByte() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 37) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                continue;
            }
            String character = Character.toString(point);
            Utf8Stream stream = new Utf8Stream();
            StringBuilder out = new StringBuilder();
            byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
            for (byte b : Arrays.copyOf(bytes, bytes.length - 1)) {
                stream.push(b & 0xFF, out);
            }
            assertThat(out).isEmpty();
            stream.push(bytes[bytes.length - 1] & 0xFF, out);
            assertThat(out.toString()).isEqualTo(character);
        }
    }

    private static String decode(byte[] bytes) {
        Utf8Stream stream = new Utf8Stream();
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            stream.push(b & 0xFF, out);
        }
        stream.finish(out);
        return out.toString();
    }
}
