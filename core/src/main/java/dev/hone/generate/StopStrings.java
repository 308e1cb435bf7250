package dev.hone.generate;

import java.util.List;

/**
 * Passes text on up to the first stop string, and holds back an end that could still become one. Belongs to one sequence.
 */
final class StopStrings {
    private final List<String> strings;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    StopStrings(List<String> strings) {
        this.strings = strings;
    }

    /** Adds text; returns what is now certain to stand before any stop string. */
    String push(String piece) {
        if (found) {
            return "";
        }
        held.append(piece);
        int first = -1;
        for (String string : strings) {
            int at = held.indexOf(string);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        found = first >= 0;
        return release(found ? first : held.length() - unsure());
    }

    /** Whether a stop string has occurred. */
    boolean found() {
        return found;
    }

    /** Ends the text: what was held back did not become a stop string. */
    String finish() {
        return found ? "" : release(held.length());
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    /** The length of the longest end of the held text that begins a stop string. */
    private int unsure() {
        for (int from = 0; from < held.length(); from++) {
            String end = held.substring(from);
            if (strings.stream().anyMatch(string -> string.startsWith(end))) {
                return end.length();
            }
        }
        return 0;
    }
}
