package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/** Numbers that stand alone, one after the other. */
final class PlainFormat {
    private PlainFormat() {}

    /** float32. */
    static final class Single implements BlockFormat {
        @Override
        public void write(float[] values, int at, ByteBuffer to) {
            to.putFloat(values[at]);
        }

        @Override
        public void read(ByteBuffer from, float[] values, int at) {
            values[at] = from.getFloat();
        }
    }

    /** binary16. */
    static final class Half16 implements BlockFormat {
        @Override
        public void write(float[] values, int at, ByteBuffer to) {
            to.putShort(Half.fp16(values[at]));
        }

        @Override
        public void read(ByteBuffer from, float[] values, int at) {
            values[at] = Half.fp16(from.getShort());
        }
    }

    /** bfloat16. */
    static final class Brain16 implements BlockFormat {
        @Override
        public void write(float[] values, int at, ByteBuffer to) {
            to.putShort(Half.bf16(values[at]));
        }

        @Override
        public void read(ByteBuffer from, float[] values, int at) {
            values[at] = Half.bf16(from.getShort());
        }
    }
}
