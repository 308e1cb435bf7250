package dev.hone.hub;

import java.time.Duration;

/**
 * How long a server is waited for and how often it is asked again.
 *
 * @param answer the longest until it has answered with its headers, and the longest without a byte after that
 * @param attempts how often in a row something may fail without a byte more than before
 * @param pause before the second attempt; each further one is twice as long, up to 32 times
 * @param longestWait what a server may ask to wait
 */
public record Patience(Duration connect, Duration answer, int attempts, Duration pause, Duration longestWait) {
    private static final int MOST_DOUBLINGS = 5;

    /** What suits a person at a terminal. */
    public static Patience usual() {
        return new Patience(
                Duration.ofSeconds(20), Duration.ofSeconds(45), 6, Duration.ofSeconds(1), Duration.ofMinutes(6));
    }

    /** The pause after so many failures in a row. */
    Duration after(int failures) {
        return pause.multipliedBy(1L << Math.min(MOST_DOUBLINGS, failures - 1));
    }
}
