package dev.hone.hub;

import dev.hone.error.HoneException;
import dev.hone.files.WriteFailure;
import java.io.IOException;
import java.nio.file.Path;

/** What the hub refuses, what it answers that cannot be right, or that it cannot be reached; the message says what to do. */
public final class HubException extends HoneException {
    private static final long serialVersionUID = 1;

    private final int status;

    HubException(String message) {
        this(message, 0);
    }

    /** @param status with which the hub refuses */
    HubException(String message, int status) {
        super(message, null);
        this.status = status;
    }

    /** What is no fault of what was asked for: the network's, the server's, the disk's. */
    HubException(String message, IOException cause) {
        super(message, cause);
        this.status = 0;
    }

    /** A file that cannot be written. */
    static HubException writing(Path file, IOException e) {
        WriteFailure failure = WriteFailure.of(file, e);
        return new HubException(String.valueOf(failure.getMessage()), failure);
    }

    /** With which the hub refuses; 0: it is another failure. */
    int status() {
        return status;
    }
}
