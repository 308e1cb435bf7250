package dev.hone.recipes.train;

import dev.hone.error.TrainingException;
import dev.hone.files.HubCache;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.snapshot.RunSnapshots;
import dev.hone.recipes.snapshot.RunSnapshots.RowChange;
import dev.hone.report.Curve;
import dev.hone.report.HtmlReport;
import dev.hone.report.MarkedRow;
import dev.hone.report.MetricsRow;
import dev.hone.report.Plot;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.train.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The page about a run that a run leaves in its folder: what was gained, how it went, what it took, and what to do next. */
final class RunPage {
    private static final String HELD_OUT = "evaluation/";

    /** What is plotted of rollouts where it was measured, by its name in metrics. */
    private static final Map<String, String> SAMPLED = sampled();

    private static Map<String, String> sampled() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("completion-tokens", "Tokens of a completion");
        titles.put("cut", "Share of completions that were cut off");
        titles.put("advantage-zero-groups", "Share of groups whose completions are all equal");
        titles.put("entropy", "Entropy of a token");
        titles.put("kl", "KL from the reference");
        titles.put("mismatch", "KL between sampling and training");
        return titles;
    }

    /** Rows in each list. */
    private static final int SHOWN = 20;

    private static final int SHOWN_AS_READ = 3;

    private final RunEnding ending;
    private final List<MetricsRow> rows;

    private final RunStory story;

    private RunPage(RunEnding ending, RunStory story) {
        this.ending = ending;
        this.story = story;
        this.rows = ending.rows();
    }

    /** Writes the page of a run, replacing that of an earlier end of it. */
    static void save(RunEnding ending, RunStory story) {
        try {
            new RunPage(ending, story).page().save(ending.folder().report());
        } catch (IOException e) {
            throw new TrainingException(ending.folder().report() + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private HtmlReport page() throws IOException {
        HtmlReport page = new HtmlReport(ending.folder().folder().getFileName() + ": " + method(), ending.model());
        page.heading("What it gained").paragraph(sentence(ending.gain()));
        Table gained = gained();
        if (!gained.rows().isEmpty()) {
            page.table(gained);
        }
        if (!ending.guards().lines().isEmpty()) {
            page.heading(ending.guards().holds() ? "Its guards" : "Its guards: a gate failed");
            ending.guards().lines().forEach(line -> page.paragraph(sentence(line)));
        }
        Overfitting.of(ending.before(), rows).ifPresent(fit -> page.paragraph(sentence(fit.sentence())));
        if (rows.size() > 1) {
            page.heading("How it went");
            charts().forEach(page::chart);
        }
        told(page);
        page.heading("What it took").facts(took());
        if (!ending.commands().isEmpty()) {
            page.heading("What to type next");
            ending.commands()
                    .forEach(command ->
                            page.paragraph(sentence(command.purpose())).code(command.text()));
        }
        page.heading("What it was made from").facts(story.lineage());
        return page.heading("The run file, with every default")
                .code(Files.readString(RunDirectory.resolved(ending.folder().folder()))
                        .strip());
    }

    /** Replies, rows, and what was noticed. */
    private void told(HtmlReport page) {
        RunSnapshots seen = story.snapshots();
        if (!seen.replies().isEmpty()) {
            page.heading("What it says, before and after").comparisons(seen.replies());
        }
        List<String> noticed = new ArrayList<>(story.rows().complaints());
        noticed.addAll(story.verdicts());
        if (!noticed.isEmpty()) {
            page.heading("What was noticed").paragraph(String.join("\n", noticed));
        }
        page.heading("Its rows").paragraph(String.join("\n", story.rows().described()));
        List<RowChange> first = seen.first(SHOWN_AS_READ);
        if (first.isEmpty()) {
            return;
        }
        page.paragraph("As the model reads them; trained tokens are marked.").rows(marked(first));
        page.heading("The rows it still knows least").rows(marked(seen.hardest(SHOWN)));
        page.heading("The rows that changed most").rows(marked(seen.mostChanged(SHOWN)));
    }

    private static List<MarkedRow> marked(List<RowChange> rows) {
        return rows.stream()
                .map(row -> new MarkedRow(
                        row.place(),
                        String.format(Locale.ROOT, "loss %.3f before, %.3f after", row.before(), row.after()),
                        row.text()))
                .toList();
    }

    private String method() {
        return ending.file().method().label() + (ending.finished() ? "" : ", interrupted");
    }

    /** Each measure of held-out rows: before the first step, at the best one, at the last. */
    private Table gained() {
        Progress progress = ending.outcome().progress();
        Table table = Table.of(
                Column.text("held-out rows"),
                Column.number("before"),
                Column.number("after step " + progress.step()),
                Column.number(ending.hasBetter() ? "best, step " + progress.bestStep() : "best"));
        Map<String, Double> last = last();
        Map<String, Double> best = at(ending.hasBetter() ? progress.bestStep() : progress.step());
        for (Map.Entry<String, Double> measure : last.entrySet()) {
            table = table.row(
                    Cell.text(measure.getKey().replaceFirst("^evaluation[-/]", "")),
                    Cell.number(ending.before().value(measure.getKey()), 4),
                    Cell.number(measure.getValue(), 4),
                    Cell.number(best.getOrDefault(measure.getKey(), Double.NaN), 4));
        }
        return table;
    }

    private Map<String, Double> last() {
        return rows.isEmpty() ? Map.of() : at(rows.get(rows.size() - 1).step());
    }

    private Map<String, Double> at(long step) {
        Map<String, Double> measures = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.step() == step)
                .forEach(row -> row.values().forEach((name, value) -> {
                    if (name.equals(Baseline.LOSS) || name.startsWith(HELD_OUT)) {
                        measures.put(name, value.doubleValue());
                    }
                }));
        return measures;
    }

    private List<Plot> charts() {
        List<Plot> charts = new ArrayList<>();
        if (rows.stream().anyMatch(row -> row.values().containsKey("reward"))) {
            charts.add(plot("Reward", "", "reward", Baseline.REWARD));
            SAMPLED.forEach((name, title) -> {
                if (rows.stream().anyMatch(row -> row.values().containsKey(name))) {
                    charts.add(plot(title, "", name, ""));
                }
            });
        }
        charts.add(plot("Loss", "", "loss", Baseline.LOSS));
        for (String name : measures()) {
            charts.add(plot(name, "", name, HELD_OUT + name));
        }
        GuardCurve.of(rows).forEach(curve -> charts.add(curve.plot()));
        charts.add(plot("Gradient norm, before clipping", "", "grad-norm", ""));
        charts.add(plot("Learning rate", "", "learning-rate", "").smoothed(0));
        return charts;
    }

    /** Measures of the method besides the loss, such as {@code rewards/accuracy}. */
    private Set<String> measures() {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> row.values().keySet().stream()
                .filter(name -> name.startsWith("rewards/") || name.startsWith("logps/"))
                .forEach(names::add));
        return names;
    }

    /** Training, and held-out rows beside it where they were measured. */
    private Plot plot(String title, String unit, String training, String heldOut) {
        Curve held = heldOut(heldOut);
        Curve trained = Curve.of(held.points().isEmpty() ? training : "training", rows, training);
        return held.points().isEmpty() ? Plot.of(title, unit, trained) : Plot.of(title, unit, trained, held);
    }

    /** A measure of held-out rows, from before the first step. */
    private Curve heldOut(String name) {
        List<Curve.Point> points =
                new ArrayList<>(Curve.of("held out", rows, name).points());
        if (!points.isEmpty() && Double.isFinite(ending.before().value(name))) {
            points.add(0, new Curve.Point(0, ending.before().value(name)));
        }
        return new Curve("held out", points);
    }

    private Map<String, String> took() {
        double seconds = rows.stream().mapToDouble(row -> row.value("seconds")).sum();
        double tokens = rows.stream().mapToDouble(row -> row.value("tokens")).sum();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "steps",
                String.format(Locale.ROOT, "%,d", ending.outcome().progress().step()));
        facts.put("tokens", String.format(Locale.ROOT, "%,.0f", tokens));
        facts.put("time of the steps", duration(seconds));
        if (seconds > 0) {
            facts.put("rate", String.format(Locale.ROOT, "%,.0f tokens/s", tokens / seconds));
        }
        facts.put("base", HubCache.written(ending.file().model()).toString());
        facts.put("result", ending.folder().result().toString());
        return facts;
    }

    private static String duration(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart())
                : String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart());
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
    }
}
