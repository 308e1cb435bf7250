package dev.hone.world;

/** The split that a document or an instruction belongs to. */
public enum Split {
    TRAIN,
    HELD_OUT
}
