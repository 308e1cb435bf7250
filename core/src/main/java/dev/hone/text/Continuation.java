package dev.hone.text;

import java.util.Arrays;

/**
 * A prompt and what continues it, as tokens: those of the prompt are the ones that generation begins with, and all others belong to
 * the continuation. Training, scoring and generation count a prompt's tokens here and nowhere else.
 *
 * <p>Where the tokens of both in one text begin with the prompt's own, they are taken as they are. Where a token would reach over
 * the border, as {@code :The} does between a prompt that ends in a colon and a reply, prompt and continuation are encoded apart and
 * joined: no model is ever asked to continue after a part of that token.
 *
 * @param encoding the tokens, with their places in the prompt followed by the continuation
 * @param prompt how many tokens the prompt has
 * @param apart whether they were encoded apart
 */
public record Continuation(Encoding encoding, int prompt, boolean apart) {
    /** A text that ends a token under any tokenizer, or at least under those that begin each text with a blank of their own. */
    private static final String BREAK = "\n";

    /**
     * Encodes both.
     *
     * @param specials whether the tokenizer's own special tokens are added around the whole
     */
    public static Continuation of(Tokenizer tokenizer, String prompt, String continuation, Specials specials) {
        Encoding joint = tokenizer.encode(prompt + continuation, specials);
        int[] before = promptIds(tokenizer, prompt, specials);
        int[] ids = joint.ids();
        if (ids.length >= before.length && Arrays.equals(ids, 0, before.length, before, 0, before.length)) {
            return new Continuation(joint, before.length, false);
        }
        Encoding own = tokenizer.encode(prompt, Specials.NONE);
        int leading = before.length - own.length();
        Encoding added = own.behind(Arrays.copyOf(before, leading));
        Encoding whole = added.followedBy(continued(tokenizer, before, continuation), prompt.length());
        int trailing = trailing(tokenizer, specials);
        return new Continuation(
                trailing == 0 ? whole : whole.before(Arrays.copyOfRange(ids, ids.length - trailing, ids.length)),
                before.length,
                true);
    }

    /** The tokens that a model is given to continue a text: with those that begin a text, without those that end one. */
    public static int[] promptIds(Tokenizer tokenizer, String prompt, Specials specials) {
        int[] own = tokenizer.ids(prompt, Specials.NONE);
        if (specials == Specials.NONE) {
            return own;
        }
        int[] added = tokenizer.ids(prompt, Specials.ADD);
        int leading = added.length - own.length - trailing(tokenizer, specials);
        int[] ids = Arrays.copyOf(added, leading + own.length);
        System.arraycopy(own, 0, ids, leading, own.length);
        return ids;
    }

    /** How many tokens the tokenizer adds behind a text. */
    private static int trailing(Tokenizer tokenizer, Specials specials) {
        if (specials == Specials.NONE) {
            return 0;
        }
        int[] own = tokenizer.ids("a", Specials.NONE);
        int[] added = tokenizer.ids("a", Specials.ADD);
        for (int leading = 0; leading <= added.length - own.length; leading++) {
            if (Arrays.equals(added, leading, leading + own.length, own, 0, own.length)) {
                return added.length - own.length - leading;
            }
        }
        return 0;
    }

    /** A continuation alone, without the blank that some tokenizers put before a text. */
    private static Encoding continued(Tokenizer tokenizer, int[] before, String continuation) {
        Encoding alone = tokenizer.encode(continuation, Specials.NONE);
        if (continues(tokenizer, before, alone, continuation)) {
            return alone;
        }
        int[] line = tokenizer.ids(BREAK, Specials.NONE);
        Encoding behind = tokenizer.encode(BREAK + continuation, Specials.NONE);
        int[] ids = behind.ids();
        if (ids.length >= line.length && Arrays.equals(ids, 0, line.length, line, 0, line.length)) {
            Encoding rest = behind.from(line.length, BREAK.length());
            if (continues(tokenizer, before, rest, continuation)) {
                return rest;
            }
        }
        return alone; // a tokenizer that changes texts
    }

    private static boolean continues(Tokenizer tokenizer, int[] before, Encoding after, String continuation) {
        int[] all = Arrays.copyOf(before, before.length + after.length());
        System.arraycopy(after.ids(), 0, all, before.length, after.length());
        return tokenizer.decode(all).equals(tokenizer.decode(before) + continuation);
    }
}
