package dev.hone.hub;

import java.util.function.BooleanSupplier;

/** Sees the progress of a transfer and may ask it to stop. Called by several threads. */
public interface TransferObserver extends BooleanSupplier {
    /** One message, a line. */
    void say(String line);

    /** How many bytes of all are there. */
    void progress(long done, long total);

    /** Whether to stop as soon as possible. */
    @Override
    boolean getAsBoolean();

    /** Sees nothing and never asks to stop. */
    static TransferObserver none() {
        return new TransferObserver() {
            @Override
            public void say(String line) {}

            @Override
            public void progress(long done, long total) {}

            @Override
            public boolean getAsBoolean() {
                return false;
            }
        };
    }
}
