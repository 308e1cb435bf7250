package dev.hone.recipes.settings;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares settings as they are resolved into YAML, with every default and a comment that names the origin of each value: what two
 * runs must share to be the same.
 */
public final class ResolvedSettings {
    private static final String ORIGIN = "\\s+#.*$";
    private static final String DEFAULT = "# default";

    private ResolvedSettings() {}

    /** Settings without the comments that name their origins. */
    public static String withoutOrigins(String yaml) {
        return yaml.lines().map(line -> line.replaceFirst(ORIGIN, "")).collect(Collectors.joining("\n"));
    }

    /** Whether there is a setting of this name, without the names of its groups. */
    public static boolean has(String yaml, String key) {
        return yaml.lines().anyMatch(line -> line.strip().startsWith(key + ":"));
    }

    /**
     * The settings by which a run differs from what it began with: those that have changed since, else those that have come. What an
     * earlier version did not know and now has its default is no difference, and neither is another order.
     */
    public static List<String> changed(String before, String now) {
        Set<String> earlier = Set.copyOf(withoutOrigins(before).lines().toList());
        Set<String> later = Set.copyOf(withoutOrigins(now).lines().toList());
        List<String> gone = earlier.stream()
                .filter(line -> !later.contains(line))
                .map(String::strip)
                .sorted()
                .toList();
        return !gone.isEmpty()
                ? gone
                : now.lines()
                        .filter(line -> !line.endsWith(DEFAULT))
                        .map(line -> line.replaceFirst(ORIGIN, ""))
                        .filter(line -> !earlier.contains(line))
                        .map(String::strip)
                        .toList();
    }
}
