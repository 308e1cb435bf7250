package dev.hone.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of the world, by group. Immutable.
 *
 * <p>Read from {@code lexicon.txt}: a line {@code [group]}, then one word a line, {@code english|plural|korean|counter},
 * the last of which may be left out.
 */
final class Lexicon {
    private final Map<String, List<Word>> groups = new LinkedHashMap<>();

    private final List<Word> all;

    private Lexicon() {
        sections("lexicon.txt")
                .forEach((group, lines) ->
                        groups.put(group, lines.stream().map(Lexicon::word).toList()));
        this.all = groups.values().stream().flatMap(List::stream).toList();
    }

    static Lexicon read() {
        return new Lexicon();
    }

    private static Word word(String line) {
        String[] part = line.split("\\|", -1);
        return new Word(part[0], part[1], part[2], part.length > 3 ? part[3] : "");
    }

    List<Word> group(String name) {
        List<Word> words = groups.get(name);
        if (words == null) {
            throw new IllegalArgumentException("word group (%s) is none of %s".formatted(name, groups.keySet()));
        }
        return words;
    }

    /** The words of all groups. */
    List<Word> all() {
        return all;
    }

    /** A resource of {@code [section]} lines, each followed by its lines; blank lines and {@code #} lines are skipped. */
    static Map<String, List<String>> sections(String resource) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        try (InputStream stream = Lexicon.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("resource (%s) is missing".formatted(resource));
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("[") && line.endsWith("]")) {
                    current = new ArrayList<>();
                    sections.put(line.substring(1, line.length() - 1), current);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    current.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("resource (%s) cannot be read".formatted(resource), e);
        }
        return sections;
    }
}
