package dev.hone.config;

import dev.hone.error.HoneException;
import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used. Carries every problem that was found, one to a line of the message, in file order. */
public final class ConfigurationException extends HoneException {
    /** More would scroll the first ones off the screen. */
    private static final int SHOWN = 40;

    private final transient List<Problem> problems;

    public ConfigurationException(String message) {
        super(message, null);
        problems = List.of();
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
        problems = List.of();
    }

    /** Reports {@code problems}, of which there must be at least one, sorted by line. */
    public ConfigurationException(List<Problem> problems) {
        super(list(problems), null);
        this.problems = problems.stream().sorted().toList();
    }

    /** The problems, each with its place; empty where the failure has none. */
    public List<Problem> problems() {
        return problems;
    }

    private static String list(List<Problem> problems) {
        String lines =
                problems.stream().sorted().limit(SHOWN).map(Problem::toString).collect(Collectors.joining("\n"));
        int rest = problems.size() - SHOWN;
        return rest > 0 ? lines + "\n… and " + rest + " more" : lines;
    }
}
