package dev.hone.error;

import org.jspecify.annotations.Nullable;

/**
 * Rows, text or a file of the user's data that cannot be used.
 *
 * <p>The message starts with the file and line: {@code train.jsonl:381: …}.
 */
public final class DataException extends HoneException {
    private static final int LONGEST = 800;

    private final String place;
    private final String reason;

    /** Data that cannot be used as a whole. */
    public DataException(String message) {
        super(message, null);
        place = "";
        reason = message;
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
        place = "";
        reason = message;
    }

    private DataException(String place, String reason, @Nullable Throwable cause) {
        super(place + ": " + shown(reason), cause);
        this.place = place;
        this.reason = shown(reason);
    }

    /** What a row holds may be shown in the reason, and may be long. */
    private static String shown(String reason) {
        int more = reason.length() - LONGEST;
        return more <= 0
                ? reason
                : reason.substring(0, LONGEST / 2) + " … (" + more + " characters left out) … "
                        + reason.substring(reason.length() - LONGEST / 2);
    }

    /** A row or a file that cannot be used, and why. */
    public static DataException at(String place, String reason) {
        return new DataException(place, reason, null);
    }

    public static DataException at(String place, String reason, Throwable cause) {
        return new DataException(place, reason, cause);
    }

    /** The file, or file and line; empty where it is data as a whole. */
    public String place() {
        return place;
    }

    /** The message without the place. */
    public String reason() {
        return reason;
    }
}
