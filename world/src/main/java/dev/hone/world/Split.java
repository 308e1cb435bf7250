package dev.hone.world;

/** Which side of the line a document or an instruction stands on: learned from, or kept back to measure with. */
public enum Split {
    TRAIN,
    HELD_OUT
}
