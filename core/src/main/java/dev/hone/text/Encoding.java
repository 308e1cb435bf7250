package dev.hone.text;

import java.util.Arrays;

/**
 * A text as tokens, with the position of each token in it.
 *
 * <p>Token {@code i} covers the characters {@code text.substring(start(i), end(i))}: offsets count UTF-16 units of the text
 * as it was passed in, before any normalisation. A character spread over several tokens is covered whole by each of
 * them. A token that the tokenizer added covers nothing: it is empty, at the end of its predecessor.
 *
 * <p>Immutable and safe to share.
 */
public final class Encoding {
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;

    Encoding(int[] ids, int[] starts, int[] ends) {
        this.ids = ids;
        this.starts = starts;
        this.ends = ends;
    }

    /** The same behind tokens that cover nothing. */
    Encoding behind(int[] added) {
        return new Encoding(
                joined(added, ids), joined(new int[added.length], starts), joined(new int[added.length], ends));
    }

    /** The same before tokens that cover nothing. */
    Encoding before(int[] added) {
        int[] end = new int[added.length];
        Arrays.fill(end, ends.length == 0 ? 0 : ends[ends.length - 1]);
        return new Encoding(joined(ids, added), joined(starts, end), joined(ends, end));
    }

    /**
     * These tokens and those of another text, as tokens of both.
     *
     * @param length UTF-16 units of this text
     */
    Encoding followedBy(Encoding other, int length) {
        return new Encoding(
                joined(ids, other.ids),
                joined(starts, moved(other.starts, length)),
                joined(ends, moved(other.ends, length)));
    }

    /** The tokens from one on, as those of the text from a place on. */
    Encoding from(int token, int place) {
        return new Encoding(
                Arrays.copyOfRange(ids, token, ids.length),
                moved(Arrays.copyOfRange(starts, token, starts.length), -place),
                moved(Arrays.copyOfRange(ends, token, ends.length), -place));
    }

    private static int[] joined(int[] first, int[] second) {
        int[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static int[] moved(int[] places, int by) {
        return Arrays.stream(places).map(place -> Math.max(0, place + by)).toArray();
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** The ids of all tokens; the array is the caller's own. */
    public int[] ids() {
        return ids.clone();
    }

    public int id(int token) {
        return ids[token];
    }

    /** First UTF-16 unit the token covers. */
    public int start(int token) {
        return starts[token];
    }

    /** First UTF-16 unit after the token. */
    public int end(int token) {
        return ends[token];
    }
}
