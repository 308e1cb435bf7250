package dev.hone.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C or another signal to end, turned into a request: long work polls it, saves, and returns.
 *
 * <pre>{@code
 * try (Interruption interruption = Interruption.watch(err())) {
 *   recipe.run(interruption);   // polls interruption.getAsBoolean() between steps
 * }
 * }</pre>
 *
 * <p>Signals are handled directly and not in a shutdown hook: a hook runs when the process is already ending, when parts of Java no
 * longer work and the exit code is the signal's. A signal that the process was started to ignore, as under {@code nohup}, stays
 * ignored; with {@code -Xrs} no signal is handled.
 */
@SuppressWarnings("sunapi") // Java has no other API for signals
final class Interruption implements BooleanSupplier, AutoCloseable {
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private final PrintWriter err;
    private final String notice;
    private final boolean once;
    private final AtomicBoolean requested = new AtomicBoolean();
    private final Map<String, sun.misc.SignalHandler> before = new LinkedHashMap<>();

    private Interruption(PrintWriter err, String notice, boolean once) {
        this.err = err;
        this.notice = notice;
        this.once = once;
    }

    /** Handles Ctrl-C until it is closed; its message goes to {@code err}. */
    static Interruption watch(PrintWriter err) {
        return watching(
                new Interruption(err, "stopping as soon as possible and saving; kill -9 ends immediately", false));
    }

    /** The same for work that keeps nothing before its end: the second signal ends the process, even where the work waits. */
    static Interruption watchUnsaved(PrintWriter err) {
        return watchOnce(err, "stopping as soon as possible; once more ends immediately");
    }

    /** The same with a notice of its own. */
    static Interruption watchOnce(PrintWriter err, String notice) {
        return watching(new Interruption(err, notice, true));
    }

    private static Interruption watching(Interruption interruption) {
        interruption.before.putAll(handle(signal -> interruption.request()));
        return interruption;
    }

    /** From now on every signal ends the process with {@link Exit#INTERRUPTED}, except while one is handled. */
    static void endAtOnce() {
        handle(signal -> System.exit(Exit.INTERRUPTED.code()));
    }

    /** The previous handlers of the signals that can be handled. */
    private static Map<String, sun.misc.SignalHandler> handle(sun.misc.SignalHandler handler) {
        Map<String, sun.misc.SignalHandler> before = new LinkedHashMap<>();
        for (String name : SIGNALS) {
            try {
                before.put(name, sun.misc.Signal.handle(new sun.misc.Signal(name), handler));
            } catch (IllegalArgumentException e) {
                // unknown on this system, or reserved by -Xrs
            }
        }
        return before;
    }

    /** Whether the work should stop. */
    @Override
    public boolean getAsBoolean() {
        return requested.get();
    }

    /** Restores the previous handlers. */
    @Override
    public void close() {
        before.forEach((name, handler) -> sun.misc.Signal.handle(new sun.misc.Signal(name), handler));
    }

    private void request() {
        if (requested.compareAndSet(false, true)) {
            err.println("\n" + notice);
            err.flush();
        } else if (once) {
            System.exit(Exit.INTERRUPTED.code());
        }
    }
}
