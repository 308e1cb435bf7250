package dev.hone.cli;

import dev.hone.recipes.scorecard.EvaluationDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what changed between two evaluations. */
@Command(
        name = "diff",
        description =
                "Show case by case what changed between two evaluations of the same tasks, with a paired test of whether"
                        + " that may be chance.",
        footer = {
            "",
            "A and B are outputs of ./hone evaluate, or folders in that of a pipeline: its stages, base, few-shot.",
            "",
            "Examples:",
            "  ./hone diff runs/base runs/tuned",
            "  ./hone diff runs/full/base runs/full/sft --show 5"
        })
final class Diff extends Verb {
    private static final int LONGEST = 160;

    @Parameters(index = "0", paramLabel = "A", description = "Before.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "After.")
    private Path after = Path.of("");

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "10",
            description = "Changed cases shown of each task, gained and lost (10).")
    private int show = 10;

    @Option(names = "--json", description = "Print everything as one JSON object.")
    private boolean json;

    @Override
    Exit run() {
        within("--show", show, 0, 1_000_000);
        EvaluationDiff diff = EvaluationDiff.of(before, after);
        if (json) {
            print(diff.json());
            return Exit.DONE;
        }
        for (EvaluationDiff.TaskDiff task : diff.tasks()) {
            out().println(task.line());
            if (task.isJudged()) {
                show("gained", "+", task.gained());
                show("lost", "-", task.lost());
            } else {
                show("changed", "~", task.moved());
            }
        }
        diff.onlyOnce().forEach(title -> out().println(title + ": measured in one of both only"));
        out().println(diff.overall());
        return Exit.DONE;
    }

    private void show(String what, String sign, List<EvaluationDiff.Pair> pairs) {
        for (EvaluationDiff.Pair pair : pairs.subList(0, Math.min(show, pairs.size()))) {
            out().println("  " + sign + " " + pair.after().place() + "  "
                    + oneLine(pair.after().prompt()));
            if (pair.after().right() == null && pair.after().answer().isEmpty()) {
                out().println(String.format(
                        Locale.ROOT,
                        "      loss %.4f, then %.4f",
                        pair.before().score(),
                        pair.after().score()));
            } else {
                if (!pair.after().expected().isEmpty()) {
                    out().println("      right:  " + oneLine(pair.after().expected()));
                }
                out().println("      before: " + oneLine(pair.before().answer())
                        + score(pair, pair.before().score()));
                out().println("      after:  " + oneLine(pair.after().answer())
                        + score(pair, pair.after().score()));
            }
        }
        if (pairs.size() > show && show > 0) {
            out().println(String.format(
                    Locale.ROOT, "    and %,d more %s; --show N shows more", pairs.size() - show, what));
        }
    }

    private static String score(EvaluationDiff.Pair pair, double score) {
        return pair.after().right() == null ? String.format(Locale.ROOT, "  (%.3f)", score) : "";
    }

    private static String oneLine(String text) {
        String line = String.join(" ", text.strip().split("\\s+"));
        int end = line.offsetByCodePoints(0, Math.min(LONGEST, line.codePointCount(0, line.length())));
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }
}
