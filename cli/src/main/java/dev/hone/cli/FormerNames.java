package dev.hone.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Names that verbs and options had before. They are understood, and answered with the present name. */
final class FormerNames {
    private static final Map<String, String> VERBS = Map.of("replay", "recompute");

    /** Options by verb, under its present name. */
    private static final Map<String, Map<String, String>> OPTIONS =
            Map.of("bench", Map.of("--peer", "--baseline", "--peer-scripts", "--baseline-scripts"));

    private FormerNames() {}

    /** The present name of a verb. */
    static String verb(String name) {
        return VERBS.getOrDefault(name, name);
    }

    /** The same command line in present names; each replacement is reported on {@code err}. */
    static String[] replace(String[] args, PrintWriter err) {
        OptionalInt place = IntStream.range(0, args.length)
                .filter(i -> !args[i].startsWith("-"))
                .findFirst();
        if (place.isEmpty()) {
            return args;
        }
        int verb = place.getAsInt();
        String[] present = args.clone();
        present[verb] = present(args[verb], VERBS, err);
        Map<String, String> options = OPTIONS.getOrDefault(present[verb], Map.of());
        for (int i = verb + 1; i < args.length && !args[i].equals("--"); i++) {
            present[i] = present(args[i], options, err);
        }
        return present;
    }

    /** Of {@code --option=value} only the name is looked at. */
    private static String present(String word, Map<String, String> names, PrintWriter err) {
        String former = word.split("=", 2)[0];
        String name = names.get(former);
        if (name == null) {
            return word;
        }
        err.println(former + " is now called " + name);
        return name + word.substring(former.length());
    }
}
