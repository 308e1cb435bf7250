package dev.hone.reward.maths;

/** A text that is no answer that can be read; the message says why, as a phrase. */
final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String reason) {
        super(reason, null, false, false); // a frequent outcome of reading completions: no stack trace
    }
}
