package dev.hone.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C (or a polite kill) turned into a request: long work asks now and then, saves, and returns.
 *
 * <pre>{@code
 * try (Interruption interruption = Interruption.watch(err())) {
 *   recipe.run(interruption);   // asks interruption.getAsBoolean() between steps
 * }
 * }</pre>
 *
 * <p>The process ends once this has been closed, with the number that the signal calls for (130 for Ctrl-C), whatever the
 * verb returns; what there is to say has to be said before.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final PrintWriter err;
    private final Thread hook;
    private volatile boolean requested;

    private Interruption(PrintWriter err) {
        this.err = err;
        hook = new Thread(this::requested, "interruption");
    }

    /** Takes over Ctrl-C until it is closed; what it has to say goes to {@code err}. */
    static Interruption watch(PrintWriter err) {
        Interruption interruption = new Interruption(err);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether the work should come to its end. */
    @Override
    public boolean getAsBoolean() {
        return requested;
    }

    /** Gives Ctrl-C back; the work is done or saved. */
    @Override
    public void close() {
        closed.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending at this very moment, and the hook finds the latch open
            }
        }
    }

    private void requested() {
        requested = true;
        err.println("\nstopping after this step and saving; kill -9 ends at once, without saving");
        err.flush();
        boolean waiting = true;
        while (waiting) {
            try {
                closed.await();
                waiting = false;
            } catch (InterruptedException e) {
                // nobody interrupts a shutdown hook for a reason it should heed
            }
        }
    }
}
