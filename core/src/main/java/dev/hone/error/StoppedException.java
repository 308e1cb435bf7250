package dev.hone.error;

/**
 * Long work was asked to stop and did; nothing is wrong. What it had already put down stays, and doing it again goes on from
 * there or begins anew.
 */
public class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoppedException() {
        super("stopped on request");
    }
}
