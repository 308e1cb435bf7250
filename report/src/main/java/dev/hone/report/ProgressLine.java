package dev.hone.report;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * The progress of long work, on one line:
 *
 * <pre>
 *   sft  42 % [=====>       ] 126/300  loss 1.234  3,210 tok/s  0:42 left
 * </pre>
 *
 * On a terminal the line is redrawn in place, at most five times a second, and never wider than the screen is at that moment:
 * the bar is shortened first, then the end of the line. Anywhere else a plain line is added at the first report, then once per period.
 *
 * <p>Rate and remaining time are weighted towards the last half minute. Steps done before (by a resumed run) count for the
 * bar and not for the rate. Safe for several threads. If the output fails, the line writes nothing more and the work
 * continues.
 */
public final class ProgressLine implements Closeable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final int SHORTEST_BAR = 10;
    private static final int LONGEST_BAR = 30;
    private static final String CLEAR_TO_END = "\u001B[K";
    private static final String CLEAR_BELOW = "\u001B[J";

    /** Where the line is shown: redrawn on a terminal of {@code columns}, or added to a log once per period. */
    public record Screen(boolean isTerminal, IntSupplier columns, Duration period) {
        public static Screen terminal(int columns) {
            return terminal(() -> columns);
        }

        /** A terminal whose window may change; its width is asked for before each drawing. */
        public static Screen terminal(IntSupplier columns) {
            return new Screen(true, columns, REDRAW);
        }

        public static Screen log(Duration period) {
            return new Screen(false, () -> Integer.MAX_VALUE, period);
        }
    }

    /** What is counted: steps of {@code total} (0 when unknown), of which {@code from} were done before. */
    public record Goal(String label, String unit, long total, long from) {
        /** {@code total} steps from the start, their rate in {@code unit} a second. */
        public static Goal of(String label, String unit, long total) {
            return new Goal(label, unit, total, 0);
        }
    }

    private final Appendable out;
    private final InstantSource clock;
    private final Screen screen;
    private final Goal goal;
    private final Instant start;
    private final Rate steps;
    private final Rate units;
    private long done;
    private String facts = "";
    private Instant shown = Instant.MIN;
    private int drawn; // columns of the line that the cursor is on
    private boolean dirty;
    private boolean silent;

    public ProgressLine(Appendable out, InstantSource clock, Screen screen, Goal goal) {
        this.out = out;
        this.clock = clock;
        this.screen = screen;
        this.goal = goal;
        this.start = clock.instant();
        this.steps = new Rate(start, goal.from());
        this.units = new Rate(start, 0);
        this.done = goal.from();
    }

    /**
     * Reports that {@code done} steps are complete.
     *
     * @param units how many units (tokens, rows) were handled since this line was created
     * @param facts further figures, such as {@code "loss 1.234"}; may be empty
     */
    public synchronized void report(long done, long units, String facts) {
        Instant now = clock.instant();
        this.done = done;
        this.facts = TextWidth.plain(facts);
        steps.at(now, done);
        this.units.at(now, units);
        dirty = true;
        if (shown.equals(Instant.MIN) || !now.isBefore(shown.plus(screen.period()))) {
            show(now, remaining());
        }
    }

    /** Writes a line of its own, above the progress on a terminal. */
    public synchronized void say(String line) {
        if (!screen.isTerminal()) {
            write(line + "\n");
            return;
        }
        write(toStart(screen.columns().getAsInt()) + CLEAR_TO_END + line + "\n");
        drawn = 0;
        if (!shown.equals(Instant.MIN)) {
            show(clock.instant(), remaining());
        }
    }

    /** Shows the final state with the time taken and ends the line; after this nothing is written. */
    @Override
    public synchronized void close() {
        if (silent) {
            return;
        }
        Instant now = clock.instant();
        if (dirty || screen.isTerminal()) {
            show(now, "in " + duration(Duration.between(start, now)));
        }
        if (screen.isTerminal()) {
            write("\n");
        }
        silent = true;
    }

    private void show(Instant now, String time) {
        if (screen.isTerminal()) {
            int columns = screen.columns().getAsInt();
            String line = line(time, columns);
            write(toStart(columns) + line + CLEAR_TO_END);
            drawn = TextWidth.of(line);
        } else {
            write(line(time, Integer.MAX_VALUE) + "\n");
        }
        shown = now;
        dirty = false;
    }

    /**
     * Moves to the start of the line that is drawn. Where the window has become narrower than that, terminals break the line into
     * several and leave the cursor on the last of them.
     */
    private String toStart(int columns) {
        int below = (Math.max(1, drawn) - 1) / Math.max(1, columns);
        return below == 0 ? "\r" : "\r\u001B[" + below + "A" + CLEAR_BELOW;
    }

    private String line(String time, int width) {
        StringBuilder head = new StringBuilder(goal.label());
        StringBuilder tail = new StringBuilder();
        if (goal.total() > 0) {
            head.append(String.format(Locale.ROOT, " %3d %%", Math.min(100, 100 * done / goal.total())));
            tail.append(String.format(Locale.ROOT, " %d/%d", done, goal.total()));
        } else {
            tail.append(String.format(Locale.ROOT, " %,d", done));
        }
        add(tail, facts);
        double rate = units.perSecond();
        add(tail, rate > 0 ? number(rate) + " " + goal.unit() + "/s" : "");
        add(tail, time);
        int columns = width - 1; // the last column stays free, so that no terminal wraps
        int room = columns - TextWidth.of(head) - TextWidth.of(tail) - " []".length();
        boolean bar = goal.total() > 0 && room >= SHORTEST_BAR;
        return TextWidth.clip(head + (bar ? " " + bar(Math.min(room, LONGEST_BAR)) : "") + tail, columns);
    }

    private String bar(int columns) {
        int full = (int) Math.min(columns, columns * done / goal.total());
        String head = full < columns ? ">" : "";
        return "[" + "=".repeat(full) + head + " ".repeat(columns - full - head.length()) + "]";
    }

    private String remaining() {
        double rate = steps.perSecond();
        if (goal.total() <= 0 || rate <= 0) {
            return "";
        }
        double seconds = Math.max(0, goal.total() - done) / rate;
        return duration(Duration.ofSeconds((long) Math.ceil(Math.min(seconds, 1e9)))) + " left";
    }

    private static void add(StringBuilder line, String part) {
        if (!part.isEmpty()) {
            line.append("  ").append(part);
        }
    }

    /** Three digits are enough to read a speed by. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** {@code 0:42}, {@code 12:05}, {@code 3:07:00} or {@code 2 d 4 h}. */
    static String duration(Duration time) {
        Duration whole = time.isNegative() ? Duration.ZERO : time;
        if (whole.toDays() > 0) {
            return whole.toDays() + " d " + whole.toHoursPart() + " h";
        }
        return whole.toHours() > 0
                ? "%d:%02d:%02d".formatted(whole.toHours(), whole.toMinutesPart(), whole.toSecondsPart())
                : "%d:%02d".formatted(whole.toMinutesPart(), whole.toSecondsPart());
    }

    private void write(String text) {
        if (silent) {
            return;
        }
        try {
            out.append(text);
            if (out instanceof Flushable stream) {
                stream.flush();
            }
        } catch (IOException e) {
            silent = true; // a closed pipe is no reason to stop the work
        }
    }

    /**
     * A speed from totals seen at irregular times: amounts and seconds are summed with weights that fall by 1/e every
     * half minute, and divided. So the first estimate is a plain average and needs no correction.
     */
    private static final class Rate {
        private static final double MEMORY_SECONDS = 30;
        private Instant last;
        private long total;
        private double amount;
        private double seconds;

        Rate(Instant start, long total) {
            this.last = start;
            this.total = total;
        }

        void at(Instant now, long total) {
            double passed = Math.max(0, Duration.between(last, now).toNanos() / 1e9); // a clock may be set back
            double kept = Math.exp(-passed / MEMORY_SECONDS);
            amount = amount * kept + (total - this.total);
            seconds = seconds * kept + passed;
            last = now;
            this.total = total;
        }

        double perSecond() {
            return seconds > 0 ? Math.max(0, amount / seconds) : 0;
        }
    }
}
