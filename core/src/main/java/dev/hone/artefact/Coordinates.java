package dev.hone.artefact;

import java.util.regex.Pattern;

/** What an artefact is called in a Maven repository: {@code group:artefact:version}. */
public record Coordinates(String group, String artefact, String version) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    public Coordinates {
        for (String part : new String[] {group, artefact, version}) {
            if (!PART.matcher(part).matches()) {
                throw new IllegalArgumentException("coordinates (" + group + ":" + artefact + ":" + version
                        + "): each part begins with a letter or digit and goes on with these, dots, - and _");
            }
        }
    }

    /** Reads {@code group:artefact:version}. */
    public static Coordinates of(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("coordinates (" + text
                    + ") must be group:artefact:version, such as org.example:support-adapter:1.0");
        }
        return new Coordinates(parts[0], parts[1], parts[2]);
    }

    /** What a jar of it is called, without an ending. */
    public String fileName() {
        return artefact + "-" + version;
    }

    @Override
    public String toString() {
        return group + ":" + artefact + ":" + version;
    }
}
