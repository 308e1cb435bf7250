package dev.hone.data;

/** Which tokens of a row are learned. */
public enum Learn {
    /** What the assistant says, or the completion; text rows whole. */
    REPLIES,
    /** Only the assistant's last turn. */
    LAST_REPLY,
    /** Everything, the prompt too. */
    ALL
}
