package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * A stream of random choices that follows from the numbers it was opened with, and from nothing else. Not thread-safe:
 * each document opens its own.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, 2014): a counter in steps of the golden ratio, through a mixing
 * function. It is written out here so that a corpus does not change with the JDK.
 */
final class WorldDraw {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    private WorldDraw(long state) {
        this.state = state;
    }

    /** The stream of {@code numbers}, such as a seed, a purpose and a position. */
    static WorldDraw from(long... numbers) {
        long state = GOLDEN;
        for (long number : numbers) {
            state = mix(state + mix(number + GOLDEN));
        }
        return new WorldDraw(state);
    }

    /** Spreads the bits of {@code z} evenly; equal input, equal output, on every machine. */
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Spreads a text over all 64 bits; equal text, equal number. */
    static long mix(String text) {
        long hash = GOLDEN;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash + text.charAt(i));
        }
        return hash;
    }

    private long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** From 0 up to, not including, {@code bound}. */
    int below(int bound) {
        return (int) Math.floorMod(next() >>> 1, (long) bound);
    }

    /** From {@code first} to {@code last}, both included. */
    int between(int first, int last) {
        return first + below(last - first + 1);
    }

    /** True {@code percent} times of a hundred. */
    boolean chance(int percent) {
        return below(100) < percent;
    }

    <T> T pick(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /** A copy in random order. */
    <T> List<T> shuffled(List<T> items) {
        return some(items, items.size());
    }

    /** {@code count} different items (fewer if there are fewer), in random order. */
    <T> List<T> some(List<T> items, int count) {
        List<T> copy = new ArrayList<>(items);
        int size = Math.min(count, items.size());
        for (int i = 0; i < size; i++) {
            int j = i + below(copy.size() - i);
            T moved = copy.get(i);
            copy.set(i, copy.get(j));
            copy.set(j, moved);
        }
        return copy.subList(0, size);
    }
}
