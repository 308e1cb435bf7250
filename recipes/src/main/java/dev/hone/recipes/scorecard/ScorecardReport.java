package dev.hone.recipes.scorecard;

import dev.hone.error.CheckpointException;
import dev.hone.recipes.evaluate.CaseResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.report.BeforeAfter;
import dev.hone.report.HtmlReport;
import dev.hone.report.JUnitXml;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.Table.Tone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A scorecard for people and for build servers: {@code scorecard.html} with all results, gates and the cases that changed or are wrong, and
 * {@code junit.xml} with a suite for each task of the last model.
 *
 * @param facts what was evaluated, by name
 * @param last the row whose cases are listed
 * @param cases those of that row
 * @param earlier those of the row it is compared with; null: there is none
 */
public record ScorecardReport(
        String title,
        Map<String, String> facts,
        Scorecard scores,
        List<Judgement> judged,
        String last,
        CaseFiles cases,
        @Nullable CaseFiles earlier) {
    private static final int SHOWN = 8;
    private static final int LONGEST = 600;

    /** Writes both files into a folder. */
    public void save(Path folder) {
        try {
            page().save(folder.resolve("scorecard.html"));
            tests().save(folder.resolve("junit.xml"));
        } catch (IOException e) {
            throw new CheckpointException(folder + ": the scorecard cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private HtmlReport page() {
        HtmlReport page = new HtmlReport(title, "Shares, scores and losses with their 95 % intervals.");
        page.facts(facts).heading("Scorecard").table(scores.table());
        if (!judged.isEmpty()) {
            Table gates = Table.of(Column.text("gate"), Column.text("model"), Column.text("verdict"));
            for (Judgement one : judged) {
                boolean holds = one.verdict().holds();
                gates = gates.row(
                        Cell.text(one.title()),
                        Cell.text(one.row()),
                        Cell.text((holds ? "✓ " : "✗ ") + one.verdict().sentence())
                                .toned(holds ? Tone.GOOD : Tone.BAD));
            }
            page.heading("Gates").table(gates);
        }
        for (EvaluationTask task : scores.byPurpose()) {
            List<CaseResult> now = cases.results(task);
            List<CaseResult> before = earlier == null ? List.of() : earlier.results(task);
            List<BeforeAfter> changed = changed(before, now);
            if (!changed.isEmpty()) {
                page.heading(task.title() + ": what changed").comparisons(changed);
            } else {
                wrong(page, task, now);
            }
        }
        return page;
    }

    private static List<BeforeAfter> changed(List<CaseResult> before, List<CaseResult> now) {
        List<BeforeAfter> changed = new ArrayList<>();
        if (before.size() == now.size()) {
            for (boolean gained : new boolean[] {true, false}) {
                int shown = 0;
                for (int i = 0; i < now.size() && shown < SHOWN / 2; i++) {
                    CaseResult one = now.get(i);
                    CaseResult earlier = before.get(i);
                    boolean differs = one.right() != null
                            && earlier.right() != null
                            && one.prompt().equals(earlier.prompt())
                            && !one.right().equals(earlier.right());
                    if (differs && Objects.equals(one.right(), gained)) {
                        changed.add(new BeforeAfter(asked(one), reply(earlier), reply(one)));
                        shown++;
                    }
                }
            }
        }
        return changed;
    }

    /** The question, and the right answer where the row names one. */
    private static String asked(CaseResult one) {
        return shown(one.prompt()) + (one.expected().isEmpty() ? "" : "\n→ " + shown(one.expected()));
    }

    private static BeforeAfter.Reply reply(CaseResult result) {
        boolean right = Objects.equals(result.right(), true);
        return new BeforeAfter.Reply(
                shown(result.answer()), right ? BeforeAfter.Correctness.RIGHT : BeforeAfter.Correctness.WRONG);
    }

    private static void wrong(HtmlReport page, EvaluationTask task, List<CaseResult> cases) {
        List<CaseResult> wrong =
                cases.stream().filter(one -> Objects.equals(one.right(), false)).toList();
        if (wrong.isEmpty()) {
            return;
        }
        Table table =
                Table.of(Column.text("row"), Column.text("prompt"), Column.text("expected"), Column.text("answer"));
        for (CaseResult one : wrong.subList(0, Math.min(SHOWN, wrong.size()))) {
            table = table.row(
                    Cell.text(place(one)),
                    Cell.text(shown(one.prompt())),
                    Cell.text(shown(one.expected())),
                    Cell.text(shown(one.answer())));
        }
        page.heading(task.title() + ": wrong answers")
                .paragraph(wrong.size() + " of " + cases.size() + " are wrong; the first ones:")
                .table(table);
    }

    private static String place(CaseResult one) {
        return Objects.requireNonNull(Path.of(one.place()).getFileName()).toString();
    }

    private static String shown(String text) {
        int end = text.offsetByCodePoints(0, Math.min(LONGEST, text.codePointCount(0, text.length())));
        return end < text.length() ? text.substring(0, end) + "…" : text;
    }

    private JUnitXml tests() {
        JUnitXml xml = new JUnitXml(title);
        for (EvaluationTask task : scores.byPurpose()) {
            JUnitXml.Suite suite = xml.suite(task.title());
            for (CaseResult one : cases.results(task)) {
                if (Objects.equals(one.right(), false)) {
                    suite.failed(place(one), one.failure());
                } else {
                    suite.passed(place(one));
                }
            }
        }
        if (!judged.isEmpty()) {
            JUnitXml.Suite gates = xml.suite("gates");
            for (Judgement one : judged) {
                String name = one.title() + " of " + one.row();
                if (one.verdict().holds()) {
                    gates.passed(name);
                } else {
                    gates.failed(name, one.verdict().sentence());
                }
            }
        }
        return xml;
    }
}
