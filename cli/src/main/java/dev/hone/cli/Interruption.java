package dev.hone.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>The signals are caught themselves: a shutdown hook would have to hold up the end of a process that has begun to end, in
 * which some of Java no longer works and whose number is the signal's. A signal that the process was started to ignore, as
 * under {@code nohup}, stays ignored; where Java leaves signals alone ({@code -Xrs}), nothing is caught.
 */
@SuppressWarnings("sunapi") // Java knows signals under no other name
final class Interruption implements BooleanSupplier, AutoCloseable {
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private final PrintWriter err;
    private final AtomicBoolean requested = new AtomicBoolean();
    private final Map<String, sun.misc.SignalHandler> before = new LinkedHashMap<>();

    private Interruption(PrintWriter err) {
        this.err = err;
    }

    /** Takes over Ctrl-C until it is closed; what it has to say goes to {@code err}. */
    static Interruption watch(PrintWriter err) {
        Interruption interruption = new Interruption(err);
        interruption.before.putAll(handle(signal -> interruption.request()));
        return interruption;
    }

    /** From here on the process ends with {@link Exit#INTERRUPTED} where nobody watches, whichever signal it was. */
    static void endAtOnce() {
        handle(signal -> System.exit(Exit.INTERRUPTED.code()));
    }

    /** What the signals did until now, for those that can be caught. */
    private static Map<String, sun.misc.SignalHandler> handle(sun.misc.SignalHandler handler) {
        Map<String, sun.misc.SignalHandler> before = new LinkedHashMap<>();
        for (String name : SIGNALS) {
            try {
                before.put(name, sun.misc.Signal.handle(new sun.misc.Signal(name), handler));
            } catch (IllegalArgumentException e) {
                // not known here, or left to whoever started Java
            }
        }
        return before;
    }

    /** Whether the work should come to its end. */
    @Override
    public boolean getAsBoolean() {
        return requested.get();
    }

    /** Gives Ctrl-C back; the work is done or saved. */
    @Override
    public void close() {
        before.forEach((name, handler) -> sun.misc.Signal.handle(new sun.misc.Signal(name), handler));
    }

    private void request() {
        if (requested.compareAndSet(false, true)) {
            err.println("\nstopping as soon as possible and saving; kill -9 ends at once");
            err.flush();
        }
    }
}
