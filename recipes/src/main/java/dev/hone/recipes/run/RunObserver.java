package dev.hone.recipes.run;

import java.util.function.BooleanSupplier;

/**
 * Who watches a run: is told of it in words, sees long work move, and may ask it to stop. The command line is one; a test
 * or a server is another.
 */
public interface RunObserver extends BooleanSupplier {
    /** Long work that moves on. */
    interface Work extends AutoCloseable {
        /** So many of the announced steps are done, handling so many units in all; with facts worth a glance. */
        void report(long done, long units, String facts);

        @Override
        void close();
    }

    /** One line of what is going on. */
    void say(String line);

    /** Announces work of {@code total} steps, of which {@code from} are done, whose rate is told in {@code unit}. */
    Work begin(String label, String unit, long total, long from);

    /** Whether to stop at the next good moment. */
    @Override
    boolean getAsBoolean();

    /** Nobody watches. */
    static RunObserver none() {
        return new RunObserver() {
            @Override
            public void say(String line) {}

            @Override
            public Work begin(String label, String unit, long total, long from) {
                return new Work() {
                    @Override
                    public void report(long done, long units, String facts) {}

                    @Override
                    public void close() {}
                };
            }

            @Override
            public boolean getAsBoolean() {
                return false;
            }
        };
    }
}
