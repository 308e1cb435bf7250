package dev.hone.text;

/**
 * Whether encoding adds the special tokens of the tokenizer's post-processor (usually BOS, sometimes EOS).
 *
 * <p>Special tokens that are written in the text itself are recognised either way.
 */
public enum Specials {
    /** Encode as a text of its own: BOS and EOS are added where the tokenizer's post-processor says so. */
    ADD,
    /** Encode exactly what is written, for instance because a chat template has written BOS already. */
    NONE
}
