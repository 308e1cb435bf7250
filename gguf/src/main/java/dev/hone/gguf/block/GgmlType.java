package dev.hone.gguf.block;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The ways ggml stores the numbers of a tensor that are read and written here, with their codes in a file. */
public enum GgmlType {
    F32(0, 1, 4, new PlainFormat.Single()),
    F16(1, 1, 2, new PlainFormat.Half16()),
    Q4_0(2, 32, 18, new RoundFormat(4, false)),
    Q4_1(3, 32, 20, new RoundFormat(4, true)),
    Q5_0(6, 32, 22, new RoundFormat(5, false)),
    Q5_1(7, 32, 24, new RoundFormat(5, true)),
    Q8_0(8, 32, 34, new Q8Format()),
    Q4_K(12, 256, 144, new AffineFormat(4)),
    Q5_K(13, 256, 176, new AffineFormat(5)),
    Q6_K(14, 256, 210, new Q6Format()),
    BF16(30, 1, 2, new PlainFormat.Brain16());

    /** Codes of types that exist and are not read here. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(24, "I8"),
            Map.entry(25, "I16"),
            Map.entry(26, "I32"),
            Map.entry(27, "I64"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(39, "MXFP4"));

    private final int code;
    private final int block;
    private final int bytes;
    private final BlockFormat format;

    GgmlType(int code, int block, int bytes, BlockFormat format) {
        this.code = code;
        this.block = block;
        this.bytes = bytes;
        this.format = format;
    }

    /** The type with a code; empty where it is none of these. */
    public static Optional<GgmlType> of(long code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }

    /** What a code that is not read stands for. */
    public static String nameOf(long code) {
        String name = code == (int) code ? OTHERS.get((int) code) : null;
        return name == null ? "type " + Long.toUnsignedString(code) : name;
    }

    public int code() {
        return code;
    }

    /** How many numbers of a row make a block. */
    public int block() {
        return block;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return bytes;
    }

    /** Bytes of so many numbers, whole blocks of them. */
    public long bytes(long count) {
        return Math.multiplyExact(count / block, bytes);
    }

    /** The largest number that it holds. */
    public float largest() {
        return this == F32 || this == BF16 ? Float.MAX_VALUE : Half.LARGEST;
    }

    /** Writes numbers, whole blocks of them. */
    public void write(float[] values, int from, int count, ByteBuffer to) {
        for (int at = from; at < from + count; at += block) {
            format.write(values, at, to);
        }
    }

    /** Reads numbers, whole blocks of them. */
    public void read(ByteBuffer from, float[] values, int start, int count) {
        for (int at = start; at < start + count; at += block) {
            format.read(from, values, at);
        }
    }

    /** The name in a message or an option. */
    public String shown() {
        return name().toLowerCase(Locale.ROOT);
    }
}
