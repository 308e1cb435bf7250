package dev.hone.text.vocabulary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The printable spelling of raw bytes in byte-level vocabularies.
 *
 * <p>Bytes 33–126, 161–172 and 174–255 are spelled by the character of the same number; the other 68, in increasing
 * order, by U+0100, U+0101, … So a space is {@code Ġ} and a newline {@code Ċ}, and no spelling contains white space.
 */
public final class ByteAlphabet {
    private static final int FIRST_STAND_IN = 0x100;
    private static final char[] SPELLING = new char[256];
    private static final short[] BYTE = new short[FIRST_STAND_IN + 68];

    static {
        Arrays.fill(BYTE, (short) -1);
        char standIn = FIRST_STAND_IN;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b != 173);
            SPELLING[b] = printable ? (char) b : standIn++;
            BYTE[SPELLING[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /** The character that spells a byte (0 to 255). */
    public static char spell(int unsignedByte) {
        return SPELLING[unsignedByte];
    }

    /** The byte a character spells, or -1 if it spells none. */
    public static int byteOf(char spelling) {
        return spelling < BYTE.length ? BYTE[spelling] : -1;
    }

    /** All 256 spellings by increasing character, the order in which byte-level vocabularies number them. */
    public static char[] sorted() {
        char[] letters = SPELLING.clone();
        Arrays.sort(letters);
        return letters;
    }

    /** The bytes a token spells; a token with any other character stands for its own UTF-8 bytes. */
    public static byte[] bytesOf(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = byteOf(token.charAt(i));
            if (b < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }
}
