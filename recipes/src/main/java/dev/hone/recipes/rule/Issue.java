package dev.hone.recipes.rule;

/**
 * One thing that is wrong, and where.
 *
 * @param place file and line of a row, or the file that is to blame
 * @param message what was found and what to do about it
 */
public record Issue(Rule flaw, Severity severity, String place, String message) {
    /** What follows from an issue. */
    public enum Severity {
        /** The run does not start. */
        REFUSE,
        /** The run starts and reports it. */
        WARN
    }

    /** An issue that stops a run. */
    public static Issue refuse(Rule flaw, String place, String message) {
        return new Issue(flaw, Severity.REFUSE, place, message);
    }

    /** An issue that is only reported. */
    public static Issue warn(Rule flaw, String place, String message) {
        return new Issue(flaw, Severity.WARN, place, message);
    }

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
