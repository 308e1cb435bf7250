package dev.hone.reward.manner;

/** What a sentence does in a reply that may be a refusal. */
enum Role {
    /** Declines what was asked. */
    REFUSES,
    /** Calls what was asked wrong or forbidden. */
    CONDEMNS,
    /** Says no and nothing more, which may also be the answer to a question. */
    SAYS_NO,
    /** Apologises, feels with the reader, asks them to stop, or leads them to help or to something harmless. */
    CARES,
    /** Turns to what was asked all the same, or gives some of it. */
    HELPS,
    /** Says that something is not known. */
    KNOWS_NOT,
    /** Anything else. */
    OTHER
}
