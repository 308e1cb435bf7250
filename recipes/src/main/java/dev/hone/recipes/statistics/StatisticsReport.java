package dev.hone.recipes.statistics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link DataStatistics} as lines for people and as JSON for programs. */
public final class StatisticsReport {
    private static final int WIDEST = 40;

    private StatisticsReport() {}

    public static List<String> lines(DataStatistics all) {
        List<String> lines = new ArrayList<>();
        all.files().forEach((path, description) -> lines.add(path + ": " + description));
        found(lines, all.unreadable(), "cannot be read", all.rows());
        lines.add("");
        StringBuilder heading = new StringBuilder(String.format("%-16s", "a row has"));
        for (int percent : Distribution.SHOWN) {
            heading.append(String.format(
                    Locale.ROOT,
                    "%9s",
                    percent == 0 ? "least" : percent == 50 ? "median" : percent == 100 ? "most" : percent + " %"));
        }
        lines.add(heading + String.format("%14s", "in all"));
        distributions(all).forEach((name, distribution) -> lines.add(row(name, distribution)));
        lines.add("");
        plot(
                lines,
                all.tokens() == null ? "characters" : "tokens",
                all.tokens() == null ? all.characters() : all.tokens());
        lines.add("");
        if (all.tokens() != null && all.trained() != null && all.tokens().total() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "trained       %.1f %% of the tokens",
                    100.0 * all.trained().total() / all.tokens().total()));
        }
        lines.add("languages     " + shares(all.languages()));
        if (!all.labels().isEmpty()) {
            lines.add("labels        " + shares(all.labels()));
        }
        lines.add("repeated      " + count(all.repeated(), all.rows(), "say exactly what a row before them says"));
        examples(lines, all.repeated());
        lines.add("nearly alike  "
                + count(all.alike(), all.compared(), "say nearly what a row before them says (of the others)"));
        examples(lines, all.alike());
        if (all.empty().count() > 0) {
            lines.add("empty         " + count(all.empty(), all.rows(), "have an answer that says nothing"));
            examples(lines, all.empty());
        }
        for (Overlap.Found overlap : all.overlaps()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "overlap       %,d of %,d rows of %s stand in these files (13 words in a row, or all of a shorter one)",
                    overlap.overlapping(),
                    overlap.rows(),
                    overlap.path()));
            overlap.places().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> lines.add("    " + entry.getKey() + " in " + entry.getValue()));
        }
        return lines;
    }

    private static Map<String, Distribution> distributions(DataStatistics all) {
        Map<String, Distribution> named = new java.util.LinkedHashMap<>();
        named.put("characters", all.characters());
        named.put("of them answer", all.answers());
        if (all.turns().percentile(100) > 1) {
            named.put("messages", all.turns());
        }
        if (all.tokens() != null && all.trained() != null) {
            named.put("tokens", all.tokens());
            named.put("trained tokens", all.trained());
        }
        return named;
    }

    private static String row(String name, Distribution distribution) {
        StringBuilder line = new StringBuilder(String.format("%-16s", name));
        for (int percent : Distribution.SHOWN) {
            line.append(String.format(Locale.ROOT, "%,9d", distribution.percentile(percent)));
        }
        return line + String.format(Locale.ROOT, "%,14d", distribution.total());
    }

    private static void plot(List<String> lines, String unit, Distribution distribution) {
        List<Distribution.Bin> bins = distribution.bins();
        int most = bins.stream().mapToInt(Distribution.Bin::count).max().orElse(0);
        int last = bins.isEmpty() ? 0 : bins.get(bins.size() - 1).to();
        int width = String.format(Locale.ROOT, "%,d", last).length();
        for (Distribution.Bin bin : bins) {
            int eighths = most == 0 ? 0 : (int) Math.ceil(8.0 * WIDEST * bin.count() / most);
            lines.add(String.format(
                            Locale.ROOT,
                            "%," + width + "d to %," + width + "d %s  %-" + WIDEST + "s %,d",
                            bin.from(),
                            bin.to(),
                            unit,
                            "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉".charAt(eighths % 8 - 1)),
                            bin.count())
                    .stripTrailing());
        }
    }

    private static String shares(Map<String, Integer> counts) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> String.format(
                        Locale.ROOT, "%s %.1f %%", entry.getKey(), 100.0 * entry.getValue() / Math.max(1, all)))
                .collect(Collectors.joining(", "));
    }

    private static String count(DataStatistics.Findings findings, int all, String what) {
        return findings.count() == 0
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d rows (%.1f %%) %s",
                        findings.count(),
                        all,
                        100.0 * findings.count() / all,
                        what);
    }

    private static void found(List<String> lines, DataStatistics.Findings findings, String what, int all) {
        if (findings.count() > 0) {
            lines.add(String.format(Locale.ROOT, "%,d of %,d rows %s", findings.count(), all, what));
            examples(lines, findings);
        }
    }

    private static void examples(List<String> lines, DataStatistics.Findings findings) {
        findings.examples().forEach(example -> lines.add("    " + example));
    }

    public static ObjectNode json(DataStatistics all) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode files = json.putObject("files");
        all.files().forEach(files::put);
        json.put("rows", all.rows());
        ObjectNode lengths = json.putObject("lengths");
        distributions(all).forEach((name, distribution) -> lengths.set(name.replace(' ', '-'), distribution.json()));
        Distribution shown = all.tokens() == null ? all.characters() : all.tokens();
        ArrayNode histogram = json.putArray("histogram");
        shown.bins()
                .forEach(bin -> histogram
                        .addObject()
                        .put("from", bin.from())
                        .put("to", bin.to())
                        .put("rows", bin.count()));
        ObjectNode languages = json.putObject("languages");
        all.languages().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> languages.put(entry.getKey(), entry.getValue()));
        ObjectNode labels = json.putObject("labels");
        all.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue()));
        put(json.putObject("unreadable"), all.unreadable());
        put(json.putObject("repeated"), all.repeated());
        put(json.putObject("nearly-alike"), all.alike()).put("compared", all.compared());
        put(json.putObject("empty"), all.empty());
        ArrayNode overlaps = json.putArray("overlaps");
        for (Overlap.Found overlap : all.overlaps()) {
            ObjectNode places = overlaps.addObject()
                    .put("path", overlap.path())
                    .put("rows", overlap.rows())
                    .put("overlapping", overlap.overlapping())
                    .putObject("places");
            overlap.places().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> places.put(entry.getKey(), entry.getValue()));
        }
        return json;
    }

    private static ObjectNode put(ObjectNode json, DataStatistics.Findings findings) {
        json.put("rows", findings.count());
        findings.examples().forEach(json.putArray("examples")::add);
        return json;
    }
}
