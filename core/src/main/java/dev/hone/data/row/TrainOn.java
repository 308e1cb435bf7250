package dev.hone.data.row;

/** Which tokens of a row are trained. */
public enum TrainOn {
    /** What the assistant says, or the completion; text rows whole. */
    REPLIES,
    /** Only the assistant's last turn. */
    LAST_REPLY,
    /** Everything, the prompt too. */
    ALL
}
