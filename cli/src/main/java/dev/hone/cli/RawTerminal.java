package dev.hone.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal in raw mode, set by {@code stty}: each key is delivered at once and not echoed. Closing it restores its mode and
 * contents; so do Ctrl-C and other signals that end the process.
 */
final class RawTerminal implements AutoCloseable {
    private static final String ENTER = "\u001B[?1049h\u001B[?25l";
    private static final String LEAVE = "\u001B[?25h\u001B[?1049l";
    private static final WholeScreen.Size USUAL = new WholeScreen.Size(80, 24);

    private final PrintWriter out;
    private final String before;
    private final Thread hook = new Thread(this::restore, "terminal");
    private final AtomicBoolean restored = new AtomicBoolean();

    private RawTerminal(PrintWriter out, String before) {
        this.out = out;
        this.before = before;
    }

    /** Switches the terminal to raw mode, if input and output are one and {@code stty} can set it. */
    static Optional<RawTerminal> open(PrintWriter out) {
        if (System.console() == null) {
            return Optional.empty();
        }
        return stty("-g").filter(settings -> !settings.isEmpty()).flatMap(settings -> {
            RawTerminal terminal = new RawTerminal(out, settings);
            Runtime.getRuntime().addShutdownHook(terminal.hook);
            if (stty("-icanon", "-echo", "min", "1", "time", "0").isEmpty()) {
                terminal.close();
                return Optional.empty();
            }
            out.print(ENTER);
            out.flush();
            return Optional.of(terminal);
        });
    }

    /** Its current size. */
    WholeScreen.Size size() {
        return stty("size")
                .map(size -> size.split(" ", -1))
                .filter(size -> size.length == 2 && !size[0].equals("0") && !size[1].equals("0"))
                .map(size -> new WholeScreen.Size(Integer.parseInt(size[1]), Integer.parseInt(size[0])))
                .orElse(USUAL);
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending; the hook does nothing more
        }
    }

    private void restore() {
        if (restored.compareAndSet(false, true)) {
            stty(before);
            out.print(LEAVE);
            out.flush();
        }
    }

    /** The output of {@code stty}, if it succeeds. */
    private static Optional<String> stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
