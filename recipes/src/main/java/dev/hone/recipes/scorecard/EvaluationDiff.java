package dev.hone.recipes.scorecard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.recipes.evaluate.CaseLog;
import dev.hone.recipes.evaluate.CaseResult;
import dev.hone.report.PairedTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two evaluations of the same tasks, case by case, with a paired test for each task and over all. Immutable.
 *
 * @param onlyOnce tasks that one of both has not measured
 */
public record EvaluationDiff(List<TaskDiff> tasks, List<String> onlyOnce) {
    /** A case before and after. */
    public record Pair(CaseResult before, CaseResult after) {
        boolean isGained() {
            return isRight(after) && !isRight(before);
        }

        boolean isLost() {
            return isRight(before) && !isRight(after);
        }

        private static boolean isRight(CaseResult result) {
            return Boolean.TRUE.equals(result.right());
        }

        ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("place", after.place())
                    .put("prompt", after.prompt())
                    .put("expected", after.expected())
                    .put("before", before.answer())
                    .put("after", after.answer())
                    .put("score-before", before.score())
                    .put("score-after", after.score());
        }
    }

    /**
     * What changed in a task.
     *
     * @param pairs the cases that both have
     * @param unpaired cases that only one of both has, or whose prompts differ
     */
    public record TaskDiff(String title, List<Pair> pairs, int unpaired) {
        /** Whether its cases are right or wrong; otherwise they have scores or losses. */
        public boolean isJudged() {
            return pairs.stream()
                    .allMatch(pair ->
                            pair.before().right() != null && pair.after().right() != null);
        }

        /** Cases that became right. */
        public List<Pair> gained() {
            return pairs.stream().filter(Pair::isGained).toList();
        }

        /** Cases that became wrong. */
        public List<Pair> lost() {
            return pairs.stream().filter(Pair::isLost).toList();
        }

        /** Cases whose score or loss changed, the largest changes first. */
        public List<Pair> moved() {
            return pairs.stream()
                    .filter(pair -> pair.after().score() != pair.before().score())
                    .sorted((one, other) -> Double.compare(change(other), change(one)))
                    .toList();
        }

        private static double change(Pair pair) {
            return Math.abs(pair.after().score() - pair.before().score())
                    * pair.after().weight();
        }

        /** The difference of mean scores or losses, by the paired bootstrap; null where no case has a weight. */
        public @Nullable PairedTest means() {
            double[] before =
                    pairs.stream().mapToDouble(pair -> pair.before().score()).toArray();
            double[] after =
                    pairs.stream().mapToDouble(pair -> pair.after().score()).toArray();
            double[] weights =
                    pairs.stream().mapToDouble(pair -> pair.after().weight()).toArray();
            boolean weighs = pairs.stream().anyMatch(pair -> pair.after().weight() > 0);
            return weighs ? PairedTest.ofMeans(before, after, weights) : null;
        }

        /** In a line. */
        public String line() {
            String rest = unpaired == 0 ? "" : String.format(Locale.ROOT, "; %,d cases are not in both", unpaired);
            if (pairs.isEmpty()) {
                return title + ": no case is in both" + rest;
            }
            if (isJudged()) {
                int gained = gained().size();
                int lost = lost().size();
                return String.format(
                        Locale.ROOT,
                        "%s: %,d gained, %,d lost of %,d (%+.1f points; %s, McNemar)%s",
                        title,
                        gained,
                        lost,
                        pairs.size(),
                        100.0 * (gained - lost) / pairs.size(),
                        shown(PairedTest.mcNemar(gained, lost)),
                        rest);
            }
            PairedTest test = means();
            return test == null
                    ? title + ": nothing to compare" + rest
                    : String.format(
                            Locale.ROOT,
                            "%s: mean %+.4f (95 %%: %+.4f to %+.4f; %s, paired bootstrap) of %,d%s",
                            title,
                            test.difference(),
                            test.interval().low(),
                            test.interval().high(),
                            shown(test.pValue()),
                            pairs.size(),
                            rest);
        }

        ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("task", title).put("cases", pairs.size()).put("unpaired", unpaired);
            PairedTest test = pairs.isEmpty() || isJudged() ? null : means();
            if (!pairs.isEmpty() && isJudged()) {
                ArrayNode gained = json.putArray("gained");
                gained().forEach(pair -> gained.add(pair.json()));
                ArrayNode lost = json.putArray("lost");
                lost().forEach(pair -> lost.add(pair.json()));
                json.put("p-value", PairedTest.mcNemar(gained.size(), lost.size()));
            } else if (test != null) {
                json.put("difference", test.difference())
                        .put("low", test.interval().low())
                        .put("high", test.interval().high())
                        .put("p-value", test.pValue());
                ArrayNode moved = json.putArray("moved");
                moved().forEach(pair -> moved.add(pair.json()));
            }
            return json;
        }
    }

    /**
     * Compares two folders that hold {@code cases}: outputs of {@code ./hone evaluate}, or stages of a pipeline.
     *
     * @throws ConfigurationException if one of both holds none, or they have no task in common
     */
    public static EvaluationDiff of(Path before, Path after) {
        Map<String, Path> first = files(before);
        Map<String, Path> second = files(after);
        List<TaskDiff> tasks = new ArrayList<>();
        List<String> onlyOnce = new ArrayList<>();
        first.forEach((title, file) -> {
            Path other = second.get(title);
            if (other == null) {
                onlyOnce.add(CaseFiles.title(title));
            } else {
                tasks.add(paired(CaseFiles.title(title), CaseLog.read(file), CaseLog.read(other)));
            }
        });
        second.keySet().stream()
                .filter(title -> !first.containsKey(title))
                .map(CaseFiles::title)
                .forEach(onlyOnce::add);
        if (tasks.isEmpty()) {
            throw new ConfigurationException(before + " and " + after + " have no task in common: "
                    + String.join(", ", first.keySet()) + " against " + String.join(", ", second.keySet()));
        }
        return new EvaluationDiff(tasks, onlyOnce);
    }

    private static Map<String, Path> files(Path folder) {
        Map<String, Path> files = new CaseFiles(folder).all();
        if (files.isEmpty()) {
            throw new ConfigurationException(
                    folder + ": holds no evaluated cases (cases/TITLE.jsonl); name the --output of"
                            + " ./hone evaluate, or the folder of a stage, or base or few-shot in that of a pipeline");
        }
        return files;
    }

    private static TaskDiff paired(String title, List<CaseResult> before, List<CaseResult> after) {
        Map<Integer, CaseResult> byRow = new HashMap<>();
        before.forEach(one -> byRow.put(one.row(), one));
        List<Pair> pairs = new ArrayList<>();
        for (CaseResult now : after) {
            CaseResult then = byRow.get(now.row());
            if (then != null
                    && then.prompt().equals(now.prompt())
                    && then.expected().equals(now.expected())) {
                pairs.add(new Pair(then, now));
            }
        }
        return new TaskDiff(title, pairs, before.size() + after.size() - 2 * pairs.size());
    }

    /** All tasks whose cases are right or wrong, as one; in a line. */
    public String overall() {
        int gained = 0;
        int lost = 0;
        int cases = 0;
        for (TaskDiff task : tasks) {
            if (task.isJudged()) {
                gained += task.gained().size();
                lost += task.lost().size();
                cases += task.pairs().size();
            }
        }
        return cases == 0
                ? "over all: no task has answers that are right or wrong"
                : String.format(
                        Locale.ROOT,
                        "over all: %,d gained, %,d lost of %,d (%+.1f points; %s, McNemar)",
                        gained,
                        lost,
                        cases,
                        100.0 * (gained - lost) / cases,
                        shown(PairedTest.mcNemar(gained, lost)));
    }

    private static String shown(double p) {
        String value = p < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
        return value + (p < PairedTest.LEVEL ? "" : ", may be chance");
    }

    /** All of it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("tasks");
        tasks.forEach(task -> list.add(task.json()));
        ArrayNode once = json.putArray("only-once");
        onlyOnce.forEach(once::add);
        return json.put("overall", overall());
    }
}
