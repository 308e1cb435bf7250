package dev.hone.gguf.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks laid out by hand, from the descriptions of their formats. */
class BlockFormatTest {
    private static float[] read(GgmlType type, byte[] bytes) {
        float[] values = new float[type.block()];
        type.read(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), values, 0, values.length);
        return values;
    }

    private static byte[] write(GgmlType type, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate((int) type.bytes(values.length)).order(ByteOrder.LITTLE_ENDIAN);
        type.write(values, 0, values.length, bytes);
        return bytes.array();
    }

    private static byte[] bytes(GgmlType type, String start) {
        return Arrays.copyOf(HexFormat.of().parseHex(start.replace(" ", "")), type.blockBytes());
    }

    /** 1 is 3c00, −2 is c000, 65504 is 7bff, 2⁻²⁴ is 0001; 1 + 2⁻¹¹ lies between two and goes to the even one. */
    @ParameterizedTest
    @CsvSource({
        "1, 3c00",
        "-2, c000",
        "65504, 7bff",
        "5.9604645e-8, 0001",
        "1.00048828125, 3c00",
        "1.00146484375, 3c02",
        "65520, 7c00",
        "-0.0, 8000",
        "6.1035156e-5, 0400",
        "2.9802322e-8, 0000"
    })
    void halvesAreRoundedToTheNearest(float value, String bits) {
        assertThat(String.format("%04x", Half.fp16(value))).isEqualTo(bits);
    }

    @Test
    void everyHalfComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.fp16((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Half.fp16(value)).isEqualTo((short) bits);
            }
            float brain = Half.bf16((short) bits);
            if (!Float.isNaN(brain)) {
                assertThat(Half.bf16(brain)).isEqualTo((short) bits);
            }
        }
    }

    /** The scale is 254 / 127 = 2, which is 4000; 3 / 2 is half way and goes away from zero. */
    @Test
    void q8HasTheScaleAndThenBytes() {
        float[] values = new float[32];
        values[0] = 254;
        values[1] = -254;
        values[2] = 3;
        values[3] = -3;
        assertThat(write(GgmlType.Q8_0, values)).startsWith(0x00, 0x40, 127, -127, 2, -2);
        assertThat(read(GgmlType.Q8_0, bytes(GgmlType.Q8_0, "0040 7f 81 02 fe")))
                .startsWith(254, -254, 4, -4, 0);
    }

    /** Scale 1, first byte f1: number 0 is 1 − 8, number 16 is 15 − 8. */
    @Test
    void q4HasTheSecondHalfInTheHighBits() {
        float[] values = read(GgmlType.Q4_0, bytes(GgmlType.Q4_0, "003c f1"));
        assertThat(values[0]).isEqualTo(-7);
        assertThat(values[16]).isEqualTo(7);
        assertThat(values[1]).isEqualTo(-8);
    }

    /** Scale 1, fifth bits 00010001 hex: of numbers 0 and 16. Byte 21: 1 + 16 − 16, and 2 + 16 − 16. */
    @Test
    void q5HasItsFifthBitsInOneWord() {
        float[] values = read(GgmlType.Q5_0, bytes(GgmlType.Q5_0, "003c 01000100 21"));
        assertThat(values[0]).isEqualTo(1);
        assertThat(values[16]).isEqualTo(2);
        assertThat(values[1]).isEqualTo(-16);
    }

    /**
     * d 1, e 1/2. Group 0: s 3 (byte 0: 43 hex, whose upper two bits 01 are bits 4 and 5 of s₄), m 2 (byte 4). Group 4: s = 16 + 5 (byte 8: low half 5), m = 7
     * (its high half). The first byte of integers, 21: number 0 is 3 · 1 − 2 / 2 = 2, number 0 of group 1, which has scale 0, is 0. Byte 64: f.
     */
    @Test
    void q4kHasSixBitScalesInTwelveBytes() {
        byte[] block = bytes(GgmlType.Q4_K, "003c 0038 43000000 02000000 75000000 21");
        block[16 + 64] = 0x0f;
        float[] values = read(GgmlType.Q4_K, block);
        assertThat(values[0]).isEqualTo(3 * 1 - 1f);
        assertThat(values[32]).isEqualTo(0);
        assertThat(values[128]).isEqualTo(21 * 15 - 3.5f);
        assertThat(values[129]).isEqualTo(-3.5f);
    }

    /** As before; bit 0 of the first byte of fifth bits belongs to group 0, bit 1 to group 1. */
    @Test
    void q5kHasAFifthBitForEachGroup() {
        float[] values = read(GgmlType.Q5_K, bytes(GgmlType.Q5_K, "003c 0038 03020000 00000000 00000000 03"));
        assertThat(values[0]).isEqualTo(3 * 16);
        assertThat(values[32]).isEqualTo(2 * 16);
        assertThat(values[1]).isEqualTo(0);
    }

    /** d 1 at the end, s₀ 2, s₄ −1. Number 0: low bits 5, upper bits 1: 2 · (5 + 16 − 32) = −22. Number 64 (group 4): low 3, upper 2: −(3 + 32 − 32). */
    @Test
    void q6kHasItsUpperBitsApart() {
        byte[] block = new byte[GgmlType.Q6_K.blockBytes()];
        block[0] = 0x35;
        block[128] = 1 | 2 << 4;
        block[192] = 2;
        block[196] = -1;
        block[209] = 0x3c;
        float[] values = read(GgmlType.Q6_K, block);
        assertThat(values[0]).isEqualTo(-22);
        assertThat(values[64]).isEqualTo(-3);
        assertThat(values[1]).isEqualTo(-64);
    }

    /**
     * The share of the root mean square that is lost on normal numbers. ggml's own quantisers, given the same numbers, lose: Q4_0 .08596, Q5_0 .04272, Q8_0 .00535, Q4_K .07129,
     * Q5_K .03611, Q6_K .01775 (quantize_* of llama.cpp without importances).
     */
    @ParameterizedTest
    @CsvSource({
        "Q4_0, .0830",
        "Q4_1, .0790",
        "Q5_0, .0412",
        "Q5_1, .0385",
        "Q8_0, .0054",
        "Q4_K, .0713",
        "Q5_K, .0357",
        "Q6_K, .0177"
    })
    void noMoreIsLostThanByTheReference(GgmlType type, double most) {
        float[] values = normal(256 * 256);
        byte[] packed = write(type, values);
        float[] back = new float[values.length];
        type.read(ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN), back, 0, back.length);
        double lost = 0;
        double all = 0;
        for (int i = 0; i < values.length; i++) {
            lost += Math.pow(values[i] - back[i], 2);
            all += Math.pow(values[i], 2);
        }
        assertThat(Math.sqrt(lost / all)).isLessThan(most);
    }

    @ParameterizedTest
    @EnumSource
    void zerosAndEqualNumbersAreKept(GgmlType type) {
        for (float value : new float[] {0, 1, -1, 0.01f, 1000}) {
            float[] values = new float[256];
            Arrays.fill(values, value);
            float[] back = new float[256];
            type.read(ByteBuffer.wrap(write(type, values)).order(ByteOrder.LITTLE_ENDIAN), back, 0, 256);
            for (float found : back) {
                assertThat(found).isCloseTo(value, within(Math.max(1e-7f, Math.abs(value) * 0.01f)));
            }
        }
    }

    private static float[] normal(int count) {
        Random random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.02 * random.nextGaussian());
        }
        return values;
    }
}
