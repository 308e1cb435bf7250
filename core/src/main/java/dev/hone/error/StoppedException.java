package dev.hone.error;

/**
 * Long work was asked to stop and did; nothing is wrong. What it had already written is kept, and the same work can be resumed or
 * repeated.
 */
public class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoppedException() {
        super("stopped on request");
    }
}
