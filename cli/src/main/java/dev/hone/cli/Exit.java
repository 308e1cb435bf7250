package dev.hone.cli;

/** The exit code of the process. The numbers are part of the command's interface. */
public enum Exit {
    /** What was asked for has been done. */
    DONE(0),
    /** It failed: a run, the machine. */
    FAILED(1),
    /** The command line, the configuration, a model or the data cannot be used; nothing was started. */
    REFUSED(2),
    /** The work finished, but a gate that was set for its result did not hold. */
    GATE(3),
    /** Ctrl-C or another signal to end; what can be resumed has been saved. */
    INTERRUPTED(130);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    /** The number of the process. */
    public int code() {
        return code;
    }
}
