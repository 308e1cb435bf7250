package dev.hone.recipes.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.Table.Tone;
import dev.hone.report.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An audit for its reader: tables of how often, examples, and a line of judgement for each reward. */
public record AuditReport(RewardAudit audit, AuditLimits limits) {
    private static final int LONGEST = 120;
    private static final int WIDEST = 24;

    /**
     * All of it.
     *
     * @param columns the width of a table at most
     * @param show examples of what each reward refuses, and as many of what it accepts
     */
    public String text(int columns, int show) {
        StringBuilder text = new StringBuilder();
        for (boolean right : new boolean[] {true, false}) {
            Table table = table(right);
            if (!table.rows().isEmpty()) {
                text.append(TextTable.render(table, TextTable.Ink.PLAIN, columns))
                        .append('\n');
            }
        }
        for (RewardFindings reward : audit.rewards()) {
            examples(reward, show).forEach(line -> text.append(line).append('\n'));
        }
        verdicts().forEach(line -> text.append(line).append('\n'));
        return text.toString().stripTrailing();
    }

    private Table table(boolean right) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.text(right ? "right answers that are refused" : "wrong answers that are accepted"));
        columns.add(Column.number("tried"));
        audit.rewards().forEach(reward -> columns.add(Column.number(heading(reward.reward()))));
        List<List<Cell>> rows = new ArrayList<>();
        for (String title : titles(right)) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.text(title));
            row.add(Cell.count(audit.rewards().stream()
                    .flatMap(reward -> form(reward, title).stream())
                    .mapToInt(FormResult::tried)
                    .max()
                    .orElse(0)));
            audit.rewards()
                    .forEach(reward -> row.add(form(reward, title)
                            .map(form -> cell(form.wrong() / (double) form.tried(), form.unscored()))
                            .orElse(Cell.text("-").toned(Tone.FAINT))));
            rows.add(row);
        }
        if (rows.size() > 1) {
            List<Cell> all = new ArrayList<>();
            all.add(Cell.text("all of these"));
            all.add(Cell.text(""));
            audit.rewards()
                    .forEach(reward -> all.add(cell(right ? reward.falseNegatives() : reward.falsePositives(), 0)));
            rows.add(all);
        }
        return new Table(columns, rows);
    }

    private static String heading(String reward) {
        return reward.length() > WIDEST ? reward.substring(0, WIDEST - 1) + "…" : reward;
    }

    private List<String> titles(boolean right) {
        return audit.rewards().stream()
                .flatMap(reward -> reward.forms().stream())
                .filter(form -> form.right() == right)
                .map(FormResult::form)
                .distinct()
                .toList();
    }

    private static Optional<FormResult> form(RewardFindings reward, String title) {
        return reward.forms().stream().filter(form -> form.form().equals(title)).findFirst();
    }

    private static Cell cell(double share, int unscored) {
        Cell cell = Cell.text(percent(share));
        cell = share > 0 ? cell.toned(Tone.BAD) : cell;
        return unscored > 0
                ? cell.noted(String.format(Locale.ROOT, "%,d without score", unscored))
                        .toned(Tone.BAD)
                : cell;
    }

    /** Of each side the forms that are taken the wrong way most often. */
    private static List<String> examples(RewardFindings reward, int show) {
        List<String> lines = new ArrayList<>();
        for (boolean right : new boolean[] {true, false}) {
            reward.forms().stream()
                    .filter(form -> form.right() == right && !form.examples().isEmpty())
                    .sorted(Comparator.comparingDouble(
                            form -> -(form.wrong() + form.unscored()) / (double) form.tried()))
                    .limit(show)
                    .forEach(form -> lines.addAll(example(reward.reward(), form)));
        }
        if (!lines.isEmpty()) {
            lines.add("");
        }
        return lines;
    }

    private static List<String> example(String reward, FormResult form) {
        FormResult.Example example = form.examples().get(0);
        boolean missing = Double.isNaN(example.score());
        String does = missing ? "gives no score" : form.right() ? "refuses what is right" : "accepts what is wrong";
        return List.of(
                reward + " " + does + ": " + form.form() + ", " + example.place(),
                "    right:  " + oneLine(example.answer()),
                "    answer: " + oneLine(example.completion()),
                "    score:  " + (missing ? example.reason() : plain(example.score())));
    }

    /** Of each reward how often it is wrong, whether that is too often, and what to do. */
    public List<String> verdicts() {
        List<String> lines = new ArrayList<>();
        for (RewardFindings reward : audit.rewards()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: refuses %s of what is right (at most %s), accepts %s of what is wrong (at most %s)%s%s; %.2g ms each",
                    reward.reward(),
                    percent(reward.falseNegatives()),
                    percent(limits.falseNegatives()),
                    percent(reward.falsePositives()),
                    percent(limits.falsePositives()),
                    reward.unscored() > 0 ? ", gives " + percent(reward.unscored()) + " no score" : "",
                    reward.exceeds(limits) ? ": too often" : "",
                    reward.milliseconds()));
            if (!reward.unreadable().isEmpty()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "    %,d of %,d rows lack what it needs, and a run would end there; the first: %s",
                        reward.unreadable().size(),
                        audit.rows(),
                        reward.unreadable().get(0)));
            }
            AuditAdvice.on(reward).forEach(advice -> lines.add("    " + advice));
        }
        return lines;
    }

    /** For programs. */
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("file", audit.file().toString())
                .put("rows", audit.rows())
                .put("exceeds", audit.exceeds(limits));
        ArrayNode rewards = object.putArray("rewards");
        for (RewardFindings reward : audit.rewards()) {
            ObjectNode one = rewards.addObject()
                    .put("reward", reward.reward())
                    .put("accepted-from", reward.acceptedFrom())
                    .put("false-negatives", reward.falseNegatives())
                    .put("false-positives", reward.falsePositives())
                    .put("unscored", reward.unscored())
                    .put("unreadable", reward.unreadable().size())
                    .put("exceeds", reward.exceeds(limits))
                    .put("milliseconds", reward.milliseconds());
            ArrayNode forms = one.putArray("forms");
            for (FormResult form : reward.forms()) {
                ObjectNode entry = forms.addObject()
                        .put("form", form.form())
                        .put("right", form.right())
                        .put("tried", form.tried())
                        .put("wrong", form.wrong())
                        .put("unscored", form.unscored());
                ArrayNode examples = entry.putArray("examples");
                for (FormResult.Example example : form.examples()) {
                    ObjectNode shown = examples.addObject()
                            .put("place", example.place())
                            .put("answer", example.answer())
                            .put("completion", example.completion());
                    if (Double.isNaN(example.score())) {
                        shown.putNull("score").put("reason", example.reason());
                    } else {
                        shown.put("score", example.score());
                    }
                }
            }
        }
        return object;
    }

    private static String percent(double share) {
        return share > 0 && share < 0.0005 ? "below 0.1 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String plain(double score) {
        return score == Math.rint(score) ? String.valueOf((long) score) : String.format(Locale.ROOT, "%.3f", score);
    }

    private static String oneLine(String text) {
        String line = text.strip().isEmpty()
                ? "(empty)"
                : String.join(" ", text.strip().split("\\s+"));
        int end = line.offsetByCodePoints(0, Math.min(LONGEST, line.codePointCount(0, line.length())));
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }
}
