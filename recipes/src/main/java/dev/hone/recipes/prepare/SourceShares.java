package dev.hone.recipes.prepare;

import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.Replay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much of a run's training data comes from each of its sources, by trained tokens. It follows from the loader alone, so it is
 * known before the first step and of any part of a run.
 */
public final class SourceShares {
    private final OfflineSource loader;
    private final Map<Integer, String> names;
    private final boolean counted;

    /**
     * @param files the sources of the rows, in their order
     * @param replayed whether the loader replays rows beside them
     * @param counted whether tokens of rows are known without reading these; otherwise nothing is said of whole runs
     */
    SourceShares(OfflineSource loader, List<Path> files, boolean replayed, boolean counted) {
        this.loader = loader;
        this.counted = counted;
        this.names = names(files, replayed);
    }

    /** Names that metrics may have: the file's, without its ending, its odd letters as hyphens; numbered where they are alike. */
    private static Map<Integer, String> names(List<Path> files, boolean replayed) {
        Map<Integer, String> names = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        if (replayed) {
            taken.add("replay");
        }
        for (int source = 0; source < files.size(); source++) {
            String plain = String.valueOf(files.get(source).getFileName())
                    .replaceFirst("\\.[^.]*$", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll("^-|-$", "");
            String base = plain.isEmpty() ? "source-" + (source + 1) : plain;
            String name = base;
            for (int n = 2; !taken.add(name); n++) {
                name = base + "-" + n;
            }
            names.put(source, name);
        }
        if (replayed) {
            names.put(Replay.SOURCE, "replay");
        }
        return names;
    }

    /** Each source's share of a step (from 1), as metrics; nothing where there is only one source. */
    public Map<String, Double> at(long step) {
        Map<String, Double> shares = new LinkedHashMap<>();
        if (names.size() > 1) {
            Map<Integer, Long> tokens = loader.trainedTokens(step - 1);
            double all = sum(tokens);
            names.forEach((source, name) -> shares.put("share/" + name, tokens.getOrDefault(source, 0L) / all));
        }
        return shares;
    }

    /** The share of each source in the first steps of a run, in one line; nothing where there is only one source. */
    public List<String> after(long steps) {
        if (names.size() == 1 || !counted) {
            return List.of();
        }
        Map<Integer, Long> tokens = tokens(steps);
        double all = sum(tokens);
        List<String> parts = new ArrayList<>();
        names.forEach((source, name) ->
                parts.add(String.format(Locale.ROOT, "%s %.1f %%", name, 100 * tokens.getOrDefault(source, 0L) / all)));
        return List.of("trained tokens by source: " + String.join(", ", parts));
    }

    /** A warning for each source that has no trained token in the first steps of a run. */
    public List<String> missing(long steps) {
        List<String> warnings = new ArrayList<>();
        if (names.size() > 1 && counted) {
            Map<Integer, Long> tokens = tokens(steps);
            names.forEach((source, name) -> {
                if (!tokens.containsKey(source)) {
                    warnings.add("warning: nothing of " + name + " is trained on in " + steps + " steps: "
                            + (source == Replay.SOURCE
                                    ? "its share of their tokens is less than half a row; raise data.replay.share, shorten"
                                            + " its rows or train longer"
                                    : "all of its rows were left out, or the run ends before they come"));
                }
            });
        }
        return warnings;
    }

    private Map<Integer, Long> tokens(long steps) {
        Map<Integer, Long> tokens = new TreeMap<>();
        for (long step = 0; step < steps; step++) {
            loader.trainedTokens(step).forEach((source, trained) -> tokens.merge(source, trained, Long::sum));
        }
        return tokens;
    }

    private static double sum(Map<Integer, Long> tokens) {
        return tokens.values().stream().mapToLong(t -> t).sum();
    }
}
