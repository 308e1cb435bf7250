package dev.hone.hub;

import dev.hone.error.HoneException;
import java.io.IOException;

/** What the hub refuses, what it answers that cannot be right, or that it cannot be reached; the message says what to do. */
public final class HubException extends HoneException {
    private static final long serialVersionUID = 1;

    HubException(String message) {
        super(message, null);
    }

    /** What is no fault of what was asked for: the network's, the server's, the disk's. */
    HubException(String message, IOException cause) {
        super(message, cause);
    }
}
