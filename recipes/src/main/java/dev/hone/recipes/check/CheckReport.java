package dev.hone.recipes.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.Rule;
import dev.hone.report.MarkedText;
import dev.hone.text.SpecialTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a check has found: what it read, what is wrong with it, and a few rows as the model sees them. Immutable. */
public final class CheckReport {
    private final List<SourceCount> sources;
    private final CheckSurvey survey;
    private final Set<Rule> accepted;
    private final boolean scored;
    private final String template;
    private final @Nullable String bos;
    private final List<String> stops;
    private final List<Shown> samples;

    /**
     * Rows of a file that were read, out of how many.
     *
     * @param format what the file was read as: {@code CSV, prompt and completion}
     */
    public record SourceCount(String path, String format, int read, int rows) {
        @Override
        public String toString() {
            return read == rows
                    ? String.format(Locale.ROOT, "%s (%,d rows: %s)", path, rows, format)
                    : String.format(Locale.ROOT, "%s (%,d of %,d rows: %s)", path, read, rows, format);
        }
    }

    /** A row, a side of one, or a sequence of its own: its text, cut where trained tokens begin and end. */
    public record Shown(String place, int tokens, int trainedTokens, List<MarkedText> stretches) {}

    /**
     * Ends a survey.
     *
     * @param context what the rows were read for; its tokenizer is used here and not kept
     * @param accepted rules that may be broken
     */
    CheckReport(List<SourceCount> sources, RowContext context, DataKind kind, CheckSurvey survey, Set<Rule> accepted) {
        survey.finish();
        SpecialTokens.Named begins = context.tokenizer().specialTokens().bos();
        this.sources = List.copyOf(sources);
        this.survey = survey;
        this.accepted = Set.copyOf(accepted);
        this.scored = !kind.trainsTokens();
        this.template = context.template().name();
        this.bos = begins == null ? null : begins.text();
        this.stops = context.stopNames();
        this.samples = survey.samples().stream()
                .flatMap(sample -> sample.rendered().sequences().stream()
                        .map(sequence -> new Shown(
                                sample.place(),
                                sequence.example().length(),
                                scored ? 0 : sequence.example().trained(),
                                scored
                                        ? List.of(new MarkedText(sequence.text(), false))
                                        : MarkedText.of(sequence.example(), context.tokenizer()))))
                .toList();
    }

    /** Whether the run may not start. */
    public boolean refuses() {
        return survey.complaints().groups().stream().anyMatch(this::refused);
    }

    /** What would let a run that is refused start nevertheless; empty where nothing would. */
    public Optional<String> wayOn() {
        List<Rule> refused = survey.complaints().groups().stream()
                .filter(this::refused)
                .map(Issues.IssueGroup::flaw)
                .toList();
        return refused.isEmpty() || !refused.stream().allMatch(Rule::acceptable)
                ? Optional.empty()
                : Optional.of("data.accept: "
                        + refused.stream().map(Rule::label).toList() + " lets the run start nevertheless");
    }

    private int rows() {
        return sources.stream().mapToInt(SourceCount::read).sum();
    }

    private boolean refused(Issues.IssueGroup group) {
        return group.severity() == Issue.Severity.REFUSE && !accepted.contains(group.flaw());
    }

    /** The first few rows. */
    public List<Shown> samples() {
        return samples;
    }

    /** What was read: files, tokens, and how a row begins and ends. */
    public List<String> described() {
        String share = scored
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %.1f %% of them trained",
                        100.0 * survey.trainedTokens() / Math.max(1, survey.tokens()));
        return List.of(
                "checked "
                        + String.join(
                                ", ",
                                sources.stream().map(SourceCount::toString).toList()),
                String.format(
                        Locale.ROOT,
                        "%,d tokens%s%s; a row has %,d (median), %,d (95 %%), %,d (longest)",
                        survey.tokens(),
                        share,
                        survey.sequences() == survey.rendered()
                                ? ""
                                : String.format(Locale.ROOT, ", reply by reply in %,d sequences", survey.sequences()),
                        survey.length(50),
                        survey.length(95),
                        survey.length(100)),
                "template " + template + "; beginning-of-text " + (bos == null ? "none" : bos)
                        + "; generation stops at " + (stops.isEmpty() ? "nothing" : String.join(", ", stops)));
    }

    /** What is wrong, refusals first; empty where nothing is. */
    public List<String> complaints() {
        List<String> lines = new ArrayList<>();
        for (Issues.IssueGroup group : survey.complaints().groups()) {
            String count = group.flaw().about() == Rule.About.RUN
                    ? ""
                    : String.format(Locale.ROOT, ": %,d of %,d rows", group.count(), rows());
            lines.add(verdict(group) + " " + group.flaw().label() + count);
            if (!accepted.contains(group.flaw())) {
                group.placesOf().forEach((message, places) -> {
                    lines.add("  " + places.get(0) + ": " + message);
                    if (places.size() > 1) {
                        lines.add("    also " + String.join(", ", places.subList(1, places.size())));
                    }
                });
            }
        }
        return lines;
    }

    private String verdict(Issues.IssueGroup group) {
        return accepted.contains(group.flaw()) ? "accepted" : refused(group) ? "refused" : "warning";
    }

    /** Everything, for programs. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("refused", refuses());
        ArrayNode files = json.putArray("files");
        sources.forEach(source -> files.addObject()
                .put("path", source.path())
                .put("format", source.format())
                .put("read", source.read())
                .put("rows", source.rows()));
        json.put("rows", rows()).put("tokens", survey.tokens()).put("learned", scored ? 0 : survey.trainedTokens());
        json.putObject("lengths")
                .put("p50", survey.length(50))
                .put("p95", survey.length(95))
                .put("max", survey.length(100));
        json.put("template", template).put("bos", bos);
        stops.forEach(json.putArray("stops")::add);
        ArrayNode complaints = json.putArray("complaints");
        for (Issues.IssueGroup group : survey.complaints().groups()) {
            ObjectNode one = complaints.addObject();
            one.put("flaw", group.flaw().label()).put("verdict", verdict(group)).put("count", group.count());
            ArrayNode examples = one.putArray("examples");
            group.placesOf().forEach((message, places) -> {
                ObjectNode example = examples.addObject().put("message", message);
                places.forEach(example.putArray("places")::add);
            });
        }
        ArrayNode shown = json.putArray("samples");
        for (Shown sample : samples) {
            ArrayNode stretches = shown.addObject().put("place", sample.place()).putArray("stretches");
            sample.stretches()
                    .forEach(part ->
                            stretches.addObject().put("text", part.text()).put("learned", part.trained()));
        }
        return json;
    }
}
