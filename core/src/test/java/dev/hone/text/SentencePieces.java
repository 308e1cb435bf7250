package dev.hone.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes small SentencePiece models, field by field in the wire format of protocol buffers. */
final class SentencePieces {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int BYTE = 6;

    private final ByteArrayOutputStream model = new ByteArrayOutputStream();

    SentencePieces piece(String text, double score, int type) {
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        bytes(piece, 1, text.getBytes(StandardCharsets.UTF_8));
        piece.write(2 << 3 | 5);
        int bits = Float.floatToIntBits((float) score);
        for (int shift = 0; shift < 32; shift += 8) {
            piece.write(bits >>> shift);
        }
        number(piece, 3, type);
        bytes(model, 1, piece.toByteArray());
        return this;
    }

    /** {@code <unk>}, {@code <s>} and {@code </s>} with the ids 0, 1 and 2. */
    SentencePieces usual() {
        return piece("<unk>", 0, UNKNOWN).piece("<s>", 0, CONTROL).piece("</s>", 0, CONTROL);
    }

    SentencePieces allBytes() {
        for (int b = 0; b < 256; b++) {
            piece("<0x%02X>".formatted(b), 0, BYTE);
        }
        return this;
    }

    byte[] bpe(boolean byteFallback, boolean prefix, boolean collapses) {
        return with(2, byteFallback, prefix, collapses);
    }

    byte[] unigram(boolean byteFallback, boolean prefix, boolean collapses) {
        return with(1, byteFallback, prefix, collapses);
    }

    private byte[] with(int algorithm, boolean byteFallback, boolean prefix, boolean collapses) {
        ByteArrayOutputStream training = new ByteArrayOutputStream();
        number(training, 3, algorithm);
        number(training, 35, byteFallback ? 1 : 0);
        bytes(model, 2, training.toByteArray());
        ByteArrayOutputStream normalisation = new ByteArrayOutputStream();
        number(normalisation, 3, prefix ? 1 : 0);
        number(normalisation, 4, collapses ? 1 : 0);
        bytes(model, 3, normalisation.toByteArray());
        return model.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] content) {
        varint(out, field << 3 | 2);
        varint(out, content.length);
        out.writeBytes(content);
    }

    private static void number(ByteArrayOutputStream out, int field, int value) {
        varint(out, field << 3);
        varint(out, value);
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 127) {
            out.write(rest & 127 | 128);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
