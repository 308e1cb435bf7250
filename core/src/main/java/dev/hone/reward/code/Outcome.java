package dev.hone.reward.code;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How a confined program ended and what it printed, up to its limits.
 *
 * @param status its exit status where it ended by itself, 128 and the signal's number where a signal ended it
 * @param took from its start until nothing of it was left
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are read once; equality is never asked
record Outcome(End end, int status, byte[] output, String errors, Duration took) {
    /** Why a program ended. */
    enum End {
        /** By itself, or by a limit that the operating system enforces. */
        ENDED,
        /** Its time was over. */
        TIME,
        /** It printed more than it may. */
        OUTPUT,
        /** Its processes held more memory than they may. */
        MEMORY
    }

    /** Whether it ended by itself and reports success. */
    boolean succeeded() {
        return end == End.ENDED && status == 0;
    }

    String text() {
        return new String(output, StandardCharsets.UTF_8);
    }
}
