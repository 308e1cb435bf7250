package dev.hone.text.vocabulary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One message in the wire format of protocol buffers: fields, each with its number and one of four kinds of value. Reading checks every
 * length against what is there, and throws {@link IllegalArgumentException} where they contradict each other.
 */
final class ProtoMessage {
    private static final int LONGEST_VARINT = 70; // bits: ten bytes of seven

    private final ByteBuffer bytes;

    private ProtoMessage(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    static ProtoMessage of(byte[] content) {
        return new ProtoMessage(ByteBuffer.wrap(content));
    }

    /**
     * A field.
     *
     * @param value of a number; of a 32-bit one its bits
     * @param content of a text, bytes or a message; empty for a number
     */
    record Field(int number, long value, ByteBuffer content) {
        boolean flag() {
            return value != 0;
        }

        int integer() {
            return (int) value;
        }

        float real() {
            return Float.intBitsToFloat((int) value);
        }

        ProtoMessage message() {
            return new ProtoMessage(content.duplicate());
        }

        byte[] raw() {
            byte[] raw = new byte[content.remaining()];
            content.duplicate().get(raw);
            return raw;
        }

        String text() {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(content.duplicate())
                        .toString();
            } catch (CharacterCodingException garbled) {
                throw new IllegalArgumentException("holds a text that is not UTF-8", garbled);
            }
        }
    }

    /** Shows all fields, in the order of the bytes. */
    void each(Consumer<Field> reader) {
        ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            int at = rest.position();
            long key = varint(rest);
            int number = (int) (key >>> 3);
            if (number <= 0 || key >>> 3 > 1 << 29) {
                throw broken(at, "no field has the number " + (key >>> 3));
            }
            Field field = switch ((int) (key & 7)) {
                case 0 -> number(number, varint(rest));
                case 1 -> number(number, taken(rest, Long.BYTES).getLong());
                case 2 -> new Field(number, 0, taken(rest, varint(rest)));
                case 5 -> number(number, taken(rest, Integer.BYTES).getInt());
                default -> throw broken(at, "a field has the kind " + (key & 7));
            };
            reader.accept(field);
        }
    }

    private static Field number(int number, long value) {
        return new Field(number, value, ByteBuffer.allocate(0));
    }

    private static ByteBuffer taken(ByteBuffer rest, long length) {
        if (length < 0 || length > rest.remaining()) {
            throw broken(rest.position(), "a field has " + length + " bytes where " + rest.remaining() + " are left");
        }
        ByteBuffer content = rest.slice(rest.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        rest.position(rest.position() + (int) length);
        return content;
    }

    private static long varint(ByteBuffer rest) {
        int at = rest.position();
        long value = 0;
        for (int shift = 0; shift < LONGEST_VARINT; shift += 7) {
            if (!rest.hasRemaining()) {
                throw broken(at, "it ends within a number");
            }
            byte b = rest.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw broken(at, "a number has no end");
    }

    private static IllegalArgumentException broken(int at, String what) {
        return new IllegalArgumentException("is damaged at byte " + at + " of a message (" + what
                + "); fetch it again, and see whether it is whole");
    }
}
