package dev.hone.cli;

import dev.hone.report.TextWidth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A command to be pasted into a shell: its words quoted where they need it, and its lines broken with a backslash between options, so
 * that none is wider than a usual terminal unless a single word is. Immutable.
 *
 * @param groups words that stay on one line, such as an option and its value
 */
record ShellCommand(List<String> groups) {
    private static final String INDENT = "  ";
    private static final String BREAK = " \\";

    ShellCommand {
        groups = List.copyOf(groups);
    }

    /** A command without options. */
    static ShellCommand of(Object... words) {
        return new ShellCommand(List.of(quoted(words)));
    }

    /** The same with an option and its value. */
    ShellCommand with(Object... words) {
        List<String> more = new ArrayList<>(groups);
        more.add(quoted(words));
        return new ShellCommand(more);
    }

    /** Its lines, the first one indented by two, the others by four. */
    String text() {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return windows ? INDENT + String.join(" ", groups) : text(StandardStream.USUAL_COLUMNS);
    }

    String text(int columns) {
        StringBuilder text = new StringBuilder();
        String line = INDENT + groups.get(0);
        for (String group : groups.subList(1, groups.size())) {
            String longer = line + " " + group;
            if (TextWidth.of(longer + BREAK) < columns) {
                line = longer;
            } else {
                text.append(line).append(BREAK).append('\n');
                line = INDENT + INDENT + group;
            }
        }
        return text.append(line).toString();
    }

    /** How this hone is called: {@code ./hone} in its own folder, its path elsewhere. */
    static String ofThisHone() {
        Path home =
                Path.of(System.getProperty("hone.home", ".")).toAbsolutePath().normalize();
        return home.equals(Path.of("").toAbsolutePath().normalize())
                ? "./hone"
                : home.resolve("hone").toString();
    }

    /** A path as it is written from the present folder, where it lies within that; else whole. */
    static Path shortest(Path path) {
        Path here = Path.of("").toAbsolutePath().normalize();
        Path there = path.toAbsolutePath().normalize();
        return there.startsWith(here) && !there.equals(here) ? here.relativize(there) : there;
    }

    private static String quoted(Object... words) {
        return Arrays.stream(words)
                .map(String::valueOf)
                .map(word -> word.matches("[\\p{L}\\p{N}_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
