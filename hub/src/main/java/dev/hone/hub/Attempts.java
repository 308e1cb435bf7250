package dev.hone.hub;

import dev.hone.error.StoppedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** The attempts at one thing: how many have failed in a row, and how long to wait before the next. For one thread. */
final class Attempts {
    private static final long TICK_MILLIS = 50;

    private final String what;
    private final Patience patience;
    private final TransferObserver observer;
    private int failures;

    /** @param what is attempted, as messages begin */
    Attempts(String what, Patience patience, TransferObserver observer) {
        this.what = what;
        this.patience = patience;
        this.observer = observer;
    }

    /** Something worked, so that earlier failures no longer count. */
    void progressed() {
        failures = 0;
    }

    /**
     * Waits before the next attempt.
     *
     * @throws HubException if there is to be none
     * @throws StoppedException if it is asked for meanwhile
     */
    void failed(IOException e) {
        failures++;
        Duration asked = e instanceof TransientException busy ? busy.asked() : null;
        if (asked != null && asked.compareTo(patience.longestWait()) > 0) {
            throw new HubException(
                    what + ": " + reason(e) + " and asks to wait for " + text(asked)
                            + "; give the same command again after that, and what is there already is kept",
                    e);
        }
        if (failures >= patience.attempts()) {
            throw new HubException(
                    what + ": " + reason(e) + ", " + failures
                            + " times in a row; give the same command again later, and it goes on where it is",
                    e);
        }
        Duration wait = asked == null ? patience.after(failures) : asked;
        observer.say(what + ": " + reason(e) + "; trying again in " + text(wait));
        sleep(wait);
    }

    private void sleep(Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        while (System.nanoTime() < end) {
            pause(observer);
        }
    }

    /** Waits for a moment. */
    static void pause(TransferObserver observer) {
        if (observer.getAsBoolean()) {
            throw new StoppedException();
        }
        try {
            Thread.sleep(TICK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    /** What went wrong, for a reader who does not know Java's names for it. */
    static String reason(IOException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
                return "the host's name is not known (is this machine online?)";
            }
        }
        if (e instanceof TransientException || e instanceof HubHttp.RangeException) {
            return String.valueOf(e.getMessage());
        } else if (e instanceof HttpConnectTimeoutException) {
            return "the connection could not be made in time";
        } else if (e instanceof ConnectException) {
            return "the connection is refused";
        } else if (e instanceof SSLException) {
            return "the server's certificate is not accepted (" + e.getMessage()
                    + "); where a proxy puts its own in its place, Java"
                    + " finds that through -Djavax.net.ssl.trustStore in HONE_JAVA_OPTS";
        }
        return "the connection was dropped";
    }

    private static String text(Duration wait) {
        long seconds = wait.toSeconds();
        return seconds >= 120
                ? (seconds + 59) / 60 + " min"
                : seconds >= 1 ? seconds + " s" : String.format(Locale.ROOT, "%.1f s", wait.toMillis() / 1e3);
    }
}
