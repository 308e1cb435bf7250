package dev.hone.text.vocabulary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * The compiled character replacements of a SentencePiece model ({@code precompiled_charsmap}), checked before the native library walks
 * them: it follows their numbers without asking whether they stay inside.
 *
 * <p>Four bytes give the size of a double-array trie over UTF-8 bytes, whose units of four bytes follow; behind it stand the replacements,
 * each ended by a byte 0. A unit holds a label (bits 0–7 and 31), whether it has a value (bit 8) and the distance to its children
 * (from bit 10, times 256 where bit 9 is set); a value is the place of a replacement.
 */
public final class CharacterMap {
    private static final int MAX_BYTES = 4 << 20;
    private static final int LONGEST = 1_000;

    private final ByteBuffer trie;
    private final byte[] replacements;

    private CharacterMap(byte[] map) {
        ByteBuffer all = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
        int size = map.length < Integer.BYTES ? -1 : all.getInt();
        if (map.length > MAX_BYTES || size < Integer.BYTES || size % Integer.BYTES != 0 || size > all.remaining()) {
            throw broken("its trie has " + size + " of " + map.length + " bytes");
        }
        trie = all.slice(all.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        replacements = new byte[all.remaining() - size];
        all.position(all.position() + size).get(replacements);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException garbled) {
            throw new IllegalArgumentException(
                    "has character replacements that are not UTF-8; fetch it again", garbled);
        }
    }

    /**
     * Checks a map; {@link IllegalArgumentException} where a text could lead out of it.
     *
     * @return bytes of the longest replacement
     */
    public static int check(byte[] map) {
        return new CharacterMap(map).longest();
    }

    private int longest() {
        int longest = 0;
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(unit(0)));
        while (!open.isEmpty()) {
            int node = open.pop();
            unit(node); // refused before a set of that size is made
            if (seen.get(node)) {
                continue;
            }
            seen.set(node);
            for (int label = 1; label < 256; label++) {
                int child = unit(node ^ label);
                if ((child & 0x800000FF) == label) {
                    int next = node ^ label ^ offset(child);
                    if ((child >>> 8 & 1) == 1) {
                        longest = Math.max(longest, replaced(unit(next) & 0x7FFFFFFF));
                    }
                    open.push(next);
                }
            }
        }
        return longest;
    }

    private int unit(int place) {
        if (place < 0 || place >= trie.capacity() / Integer.BYTES) {
            throw broken("its trie leads to unit " + place + " of " + trie.capacity() / Integer.BYTES);
        }
        return trie.getInt(place * Integer.BYTES);
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private int replaced(int place) {
        if (place > replacements.length || place < replacements.length && (replacements[place] & 0xC0) == 0x80) {
            throw broken("a replacement begins at byte " + place + " of " + replacements.length);
        }
        int end = place;
        while (end < replacements.length && replacements[end] != 0) {
            if (++end - place > LONGEST) {
                throw broken("a replacement is longer than " + LONGEST + " bytes");
            }
        }
        return end - place;
    }

    private static IllegalArgumentException broken(String what) {
        return new IllegalArgumentException("has damaged character replacements (" + what + "); fetch it again");
    }
}
