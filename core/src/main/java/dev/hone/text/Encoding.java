package dev.hone.text;

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
