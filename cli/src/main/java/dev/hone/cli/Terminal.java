package dev.hone.cli;

import dev.hone.recipes.run.RunObserver;
import dev.hone.report.ProgressLine;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a run's progress on a terminal, or as lines of a log where there is none; Ctrl-C asks the run to stop. */
final class Terminal implements RunObserver {
    private static final Duration LOG_PERIOD = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final BooleanSupplier interrupted;
    private @Nullable ProgressLine line;

    Terminal(PrintWriter err, BooleanSupplier interrupted) {
        this.err = err;
        this.interrupted = interrupted;
    }

    @Override
    public void say(String text) {
        ProgressLine open = line;
        if (open != null) {
            open.say(text);
        } else {
            err.println(text);
        }
        err.flush();
    }

    @Override
    public Work begin(String label, String unit, long total, long from) {
        ProgressLine.Screen screen = StandardStream.ERR.isRedrawn()
                ? ProgressLine.Screen.terminal(StandardStream.ERR::columns)
                : ProgressLine.Screen.log(LOG_PERIOD);
        ProgressLine progress = new ProgressLine(
                new Flushing(err), InstantSource.system(), screen, new ProgressLine.Goal(label, unit, total, from));
        line = progress;
        return new Work() {
            @Override
            public void report(long done, long units, String facts) {
                progress.report(done, units, facts);
            }

            @Override
            public void close() {
                progress.close();
                line = null;
            }
        };
    }

    @Override
    public boolean getAsBoolean() {
        return interrupted.getAsBoolean();
    }

    /** Output that is flushed at once. */
    private record Flushing(PrintWriter out) implements Appendable {
        @Override
        public Appendable append(@Nullable CharSequence text) {
            out.append(text);
            out.flush();
            return this;
        }

        @Override
        public Appendable append(@Nullable CharSequence text, int start, int end) {
            return append(String.valueOf(text).substring(start, end));
        }

        @Override
        public Appendable append(char c) {
            return append(String.valueOf(c));
        }
    }
}
