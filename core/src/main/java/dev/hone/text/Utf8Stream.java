package dev.hone.text;

/**
 * Decodes UTF-8 that arrives byte by byte, and emits whole characters only.
 *
 * <p>What is not UTF-8 becomes U+FFFD, one for each longest prefix of a character that was cut short and one for every
 * other stray byte (Unicode 15, section 3.9, "substitution of maximal subparts"). That is what tokenizers written in
 * Rust do; the JDK's decoder differs on encoded surrogates, hence this class.
 */
final class Utf8Stream {
    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    private int missing;
    /** The next byte of the character must lie in this range: narrower than 80..BF right after some lead bytes. */
    private int lowest = 0x80;

    private int highest = 0xBF;

    /** Takes one byte (0 to 255) and appends the characters that it completes. */
    void push(int b, StringBuilder out) {
        if (missing > 0) {
            if (b >= lowest && b <= highest) {
                codePoint = codePoint << 6 | b & 0x3F;
                expect(missing - 1, 0x80, 0xBF);
                if (missing == 0) {
                    out.appendCodePoint(codePoint);
                }
                return;
            }
            out.append(REPLACEMENT);
        }
        lead(b, out);
    }

    /** Ends the text: a character that was begun and not completed becomes U+FFFD. */
    void finish(StringBuilder out) {
        if (missing > 0) {
            out.append(REPLACEMENT);
            missing = 0;
        }
    }

    private void lead(int b, StringBuilder out) {
        expect(0, 0x80, 0xBF);
        if (b < 0x80) {
            out.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            codePoint = b & 0x1F;
            expect(1, 0x80, 0xBF);
        } else if (b >= 0xE0 && b <= 0xEF) {
            codePoint = b & 0x0F;
            expect(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        } else if (b >= 0xF0 && b <= 0xF4) {
            codePoint = b & 0x07;
            expect(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void expect(int bytes, int from, int to) {
        missing = bytes;
        lowest = from;
        highest = to;
    }
}
