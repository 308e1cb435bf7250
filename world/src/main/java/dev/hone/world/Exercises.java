package dev.hone.world;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An endless sequence of exercises for each split. Exercise {@code n} of a split follows from the world's seed, the split and
 * {@code n} alone; implementations are immutable and safe to share between threads.
 */
public interface Exercises {

    /** Exercise {@code number}, from 0, of a split. */
    Exercise at(Split split, long number);

    /** The exercises of a split in order; never ends. */
    default Stream<Exercise> all(Split split) {
        return LongStream.iterate(0, number -> number + 1).mapToObj(number -> at(split, number));
    }

    /** The name of an exercise of a split. */
    static String id(Split split, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("exercise number (%d) must not be negative".formatted(number));
        }
        return (split == Split.TRAIN ? "train-" : "held-out-") + number;
    }
}
