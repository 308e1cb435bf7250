package dev.hone.recipes.alarm;

/**
 * Something that a person should look at.
 *
 * @param step after which it was noticed
 * @param saw what, with numbers
 * @param stops whether the run is to end here
 */
public record Alarm(AlarmType type, long step, String saw, boolean stops) {
    /** In a line: what was seen and what to do. */
    public String text() {
        return "alarm " + type.word() + " after step " + step + ": " + saw + "; "
                + (stops ? "the run stops here (alarms.stop); " : "") + type.advice();
    }
}
