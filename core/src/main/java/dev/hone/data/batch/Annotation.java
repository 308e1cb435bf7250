package dev.hone.data.batch;

/** What is known of a batch beside its tokens: numbers from the data or from a frozen model. */
public enum Annotation {
    /** Natural log of each target's probability under the reference model; one number a target. */
    REFERENCE,
    /** A teacher's last hidden state at each target [targets, width], row-major; as many numbers a target as it is wide. */
    TEACHER,
    /** By how much the chosen side should be better; one number a row, the same for both rows of a pair. */
    MARGIN,
    /** Whether a row is desirable (1) or not (0); one number a row. */
    DESIRABLE,
    /** The row is data replay; 1 for each row of a batch, or the batch does not have it. */
    REPLAY,
    /** Natural log of each target's probability under the policy that sampled it; one number a target. */
    SAMPLED,
    /** How much better than expected a target turned out, by which its likelihood is raised or lowered; one number a target. */
    ADVANTAGE,
    /** The critic's value of the state before each target when it was sampled; one number a target. */
    VALUE,
    /** What the value of the state before each target should have been; one number a target. */
    RETURN;

    /**
     * The numbers themselves, of one target or row after the other. The array is not copied; treat it as read-only.
     *
     * @param width how many numbers each target or row has
     */
    @SuppressWarnings("ArrayRecordComponent") // a column handed through; equality is never asked
    public record Values(int width, float[] numbers) {
        /** Those of some targets, in the given order. */
        Values of(int[] targets) {
            float[] part = new float[targets.length * width];
            for (int i = 0; i < targets.length; i++) {
                System.arraycopy(numbers, targets[i] * width, part, i * width, width);
            }
            return new Values(width, part);
        }
    }

    /** Whether it belongs to the targets; else it is of the rows. */
    boolean isOfTargets() {
        return switch (this) {
            case REFERENCE, TEACHER, SAMPLED, ADVANTAGE, VALUE, RETURN -> true;
            case MARGIN, DESIRABLE, REPLAY -> false;
        };
    }
}
