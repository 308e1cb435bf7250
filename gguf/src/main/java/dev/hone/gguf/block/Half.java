package dev.hone.gguf.block;

/** Numbers in two bytes: IEEE 754 binary16 and bfloat16, rounded to nearest, ties to even. */
public final class Half {
    /** The largest finite binary16. */
    static final float LARGEST = 65504;

    private static final int INFINITY = 0x7c00;

    private Half() {}

    /** The bits of the binary16 that is nearest; what is beyond the largest becomes infinity. */
    public static short fp16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude >= 0x7f800000) {
            return (short) (sign | INFINITY | (magnitude > 0x7f800000 ? 0x200 : 0));
        }
        if (magnitude < 0x38800000) { // below 2^-14: adding 2^-1 aligns the last bit with that of a subnormal
            float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(aligned) - 0x3f000000);
        }
        int rounded = magnitude - 0x38000000 + 0xfff + (magnitude >>> 13 & 1);
        return (short) (sign | Math.min(rounded >>> 13, INFINITY));
    }

    /** The value of a binary16's bits. */
    public static float fp16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int wide = exponent == 0x1f ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** The binary16 that is nearest, as a float. */
    static float nearest(float value) {
        return fp16(fp16(value));
    }

    /** The bits of the bfloat16 that is nearest. */
    public static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            return (short) (bits >>> 16 | 0x40); // stays NaN
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** The value of a bfloat16's bits. */
    public static float bf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
