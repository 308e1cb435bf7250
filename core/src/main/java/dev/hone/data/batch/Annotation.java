package dev.hone.data.batch;

/** What is known of a batch beside its tokens: numbers that the data or a frozen model gave. */
public enum Annotation {
    /** Natural log of each target's probability under the reference model; one number a target. */
    REFERENCE,
    /** A teacher's last hidden state at each target [targets, width], row-major; as many numbers a target as it is wide. */
    TEACHER,
    /** By how much the chosen side should be better; one number a row, the same for both rows of a pair. */
    MARGIN,
    /** Whether a row is desirable (1) or not (0); one number a row. */
    DESIRABLE,
    /** The row is replayed beside what a method learns; 1 for each row of a batch, or the batch does not have it. */
    REPLAY;

    /** Whether it belongs to the targets; else it is one number a row. */
    boolean isOfTargets() {
        return switch (this) {
            case REFERENCE, TEACHER -> true;
            case MARGIN, DESIRABLE, REPLAY -> false;
        };
    }
}
