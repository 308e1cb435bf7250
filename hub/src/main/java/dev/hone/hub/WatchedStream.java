package dev.hone.hub;

import dev.hone.error.StoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, whose reader waits for a limited time: a server that says nothing more, and a user who wants to stop, end the
 * wait by closing it. Read by one thread.
 */
final class WatchedStream extends InputStream {
    private static final long TICK_MILLIS = 100;

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "hub-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final InputStream in;
    private final Duration silence;
    private final TransferObserver observer;
    private final ScheduledFuture<?> watching;
    private volatile long waitingSince; // 0: nobody waits
    private volatile boolean silent;
    private volatile boolean stopped;

    WatchedStream(InputStream in, Duration silence, TransferObserver observer) {
        this.in = in;
        this.silence = silence;
        this.observer = observer;
        this.watching = WATCH.scheduleWithFixedDelay(this::look, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long since = waitingSince;
        stopped |= observer.getAsBoolean();
        silent |= since != 0 && System.nanoTime() - since > silence.toNanos();
        if (stopped || silent) {
            close();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        waitingSince = Math.max(1, System.nanoTime());
        @Nullable IOException failure = null;
        int read = -1;
        try {
            read = in.read(bytes, from, count);
        } catch (IOException e) {
            failure = e;
        } finally {
            waitingSince = 0;
        }
        if (stopped || observer.getAsBoolean()) {
            throw new StoppedException();
        }
        if (silent) {
            throw new TransientException("the server has sent nothing for " + silence.toSeconds() + " s");
        }
        if (failure != null) {
            throw failure;
        }
        return read;
    }

    /** Gives up the connection, where not everything was read. */
    @Override
    public void close() {
        watching.cancel(false);
        try {
            in.close();
        } catch (IOException e) {
            // it was to be left anyway
        }
    }
}
