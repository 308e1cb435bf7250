package dev.hone.recipes.run;

import java.util.function.BooleanSupplier;

/**
 * An observer of a run: gets its messages, sees the progress of long work, and may ask it to stop. The command line is one; a
 * test or a server is another.
 */
public interface RunObserver extends BooleanSupplier {
    /** Long work that reports its progress. */
    interface Work extends AutoCloseable {
        /** Of the announced steps {@code done} are done, with {@code units} units in all; {@code facts} are shown beside them. */
        void report(long done, long units, String facts);

        @Override
        void close();
    }

    /** One message, a line. */
    void say(String line);

    /** Announces work of {@code total} steps, of which {@code from} are done, whose rate is shown in {@code unit}. */
    Work begin(String label, String unit, long total, long from);

    /** Whether to stop at the next good moment. */
    @Override
    boolean getAsBoolean();

    /** Ignores everything and never asks to stop. */
    static RunObserver none() {
        return silent(() -> false);
    }

    /** Ignores everything, as work within a step does that has no progress line of its own, and asks to stop when this does. */
    static RunObserver silent(BooleanSupplier stop) {
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
                return stop.getAsBoolean();
            }
        };
    }
}
