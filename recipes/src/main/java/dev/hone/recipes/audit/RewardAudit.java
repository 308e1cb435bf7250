package dev.hone.recipes.audit;

import static dev.hone.error.Require.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.reward.RewardTerm;
import dev.hone.reward.GroupScores;
import dev.hone.reward.Task;
import dev.hone.reward.Unjudged;
import dev.hone.reward.WeightedRewards;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The errors of rewards on tasks whose answers are known: right answers in many forms, of which a reward refuses some (false
 * negatives), and wrong ones, of which it accepts some (false positives). A model that learns from a reward learns its errors first.
 *
 * @param file whose rows were replayed
 * @param rows the number of them
 * @param rewards what was found about each
 */
public record RewardAudit(Path file, int rows, List<RewardFindings> rewards) {
    private static final int MOST_EXAMPLES = 3;

    /**
     * What to replay.
     *
     * @param rows at most this many, spread over the file
     * @param gold the column with the right answer; null: the one that the reward reads
     * @param acceptedFrom the lowest score that counts as accepted; null: 1, or 0.5 of rewards that grade
     * @param scope the forms that are made of right answers; null: none, where the completions are given
     * @param completions rows with {@code completion} and {@code right}, true or false, beside what a task has; null: none
     */
    public record Replay(
            int rows,
            @Nullable String gold,
            @Nullable Double acceptedFrom,
            AnswerForm.@Nullable Scope scope,
            @Nullable Path completions) {
        public Replay {
            require(rows > 0, "rows (%d) must be positive", rows);
            require(scope != null || completions != null, "there is nothing to replay");
        }

        /** Completions that are known to be right or wrong, and nothing made of the answers. */
        public static Replay known(
                int rows, @Nullable String gold, @Nullable Double acceptedFrom, @Nullable Path completions) {
            return new Replay(rows, gold, acceptedFrom, null, completions);
        }

        /** 200 rows, with the answer and nothing else, or an answer that nobody would call right. */
        public static Replay plain() {
            return new Replay(200, null, null, AnswerForm.Scope.PLAIN, null);
        }
    }

    public RewardAudit {
        rewards = List.copyOf(rewards);
    }

    /**
     * Replays answers through rewards, each by itself.
     *
     * @param stop asked between rows
     * @throws DataException with its line if a row has no right answer, or all lack what a reward needs
     * @throws IllegalArgumentException if a reward judges no answers, and no completions are given
     * @throws StoppedException if {@code stop} says yes
     */
    public static RewardAudit of(JsonlFile rows, List<RewardTerm> rewards, Replay replay, BooleanSupplier stop) {
        List<RewardFindings> findings = new ArrayList<>();
        for (RewardTerm term : rewards) {
            require(
                    term.kind().judgesAnswers() || replay.scope() == null,
                    "%s does not judge whether an answer is right, so that right answers cannot be replayed; give it"
                            + " completions that are known to be right or wrong (--completions FILE --forms none)",
                    term.kind().name());
            findings.add(of(rows, term, replay, stop));
        }
        return new RewardAudit(rows.path(), Math.min(rows.rows(), replay.rows()), findings);
    }

    private static RewardFindings of(JsonlFile rows, RewardTerm term, Replay replay, BooleanSupplier stop) {
        Double given = replay.acceptedFrom();
        double acceptedFrom = given != null ? given : term.kind().isGraded() ? 0.5 : 1;
        try (WeightedRewards reward =
                WeightedRewards.of(term.title(), term.kind().open(term.answer()))) {
            Counts counts = new Counts(reward, term.kind(), acceptedFrom);
            AnswerForm.Scope scope = replay.scope();
            if (scope != null) {
                String gold = replay.gold() == null ? term.answer() : replay.gold();
                boolean programs = term.kind().judgesPrograms();
                for (AuditedRow row : AuditedRow.of(rows, replay.rows(), gold, programs)) {
                    stop(stop);
                    counts.replay(row, programs ? AnswerForm.ofPrograms() : AnswerForm.of(scope));
                }
            }
            if (replay.completions() != null) {
                JsonlFile known = JsonlFile.open(replay.completions());
                for (int row = 0; row < known.rows(); row++) {
                    stop(stop);
                    counts.replayKnown(known, row, term.answer());
                }
            }
            return new RewardFindings(
                    term.kind().name(), acceptedFrom, counts.results(), counts.unreadable(), counts.milliseconds());
        }
    }

    private static void stop(BooleanSupplier stop) {
        if (stop.getAsBoolean()) {
            throw new StoppedException();
        }
    }

    /** Whether a reward is wrong too often. */
    public boolean exceeds(AuditLimits limits) {
        return rewards.stream().anyMatch(reward -> reward.exceeds(limits));
    }

    /** What one reward has made of each form so far. */
    private static final class Counts {
        private final WeightedRewards reward;
        private final RewardChoice kind;
        private final double acceptedFrom;
        private final Map<String, Form> forms = new LinkedHashMap<>();
        private final List<DataException> unreadable = new ArrayList<>();
        private long nanoseconds;
        private long scores;

        Counts(WeightedRewards reward, RewardChoice kind, double acceptedFrom) {
            this.reward = reward;
            this.kind = kind;
            this.acceptedFrom = acceptedFrom;
        }

        void replay(AuditedRow row, List<AnswerForm> tried) {
            List<AnswerForm> made = new ArrayList<>();
            List<String> completions = new ArrayList<>();
            for (AnswerForm form : tried) {
                String completion = form.of(row);
                if (completion != null) {
                    made.add(form);
                    completions.add(kind.given(completion));
                }
            }
            List<Judged> judged;
            try {
                judged = score(row.task(), row.place(), completions);
            } catch (DataException e) {
                unreadable.add(e);
                return;
            }
            for (int i = 0; i < made.size(); i++) {
                form(made.get(i).title(), made.get(i).isRight())
                        .add(row.place(), row.answer(), completions.get(i), judged.get(i), acceptedFrom);
            }
        }

        void replayKnown(JsonlFile known, int row, String column) {
            String place = known.place(row);
            JsonNode completion = known.row(row).path("completion");
            JsonNode right = known.row(row).path("right");
            if (!completion.isTextual() || !right.isBoolean()) {
                throw new DataException(place + ": needs completion, a text, and right, true or false");
            }
            Task task = Task.read(known, row);
            Judged judged = score(task, place, List.of(completion.asText())).get(0);
            JsonNode answer = task.columns().path(column);
            form(right.asBoolean() ? "known to be right" : "known to be wrong", right.asBoolean())
                    .add(
                            place,
                            answer.isMissingNode() ? "" : answer.isTextual() ? answer.asText() : answer.toString(),
                            completion.asText(),
                            judged,
                            acceptedFrom);
        }

        private Form form(String title, boolean right) {
            return forms.computeIfAbsent(title, name -> new Form(name, right));
        }

        private List<Judged> score(Task task, String place, List<String> texts) {
            List<Completion> completions =
                    texts.stream().map(RewardAudit::completion).toList();
            long start = System.nanoTime();
            GroupScores scores;
            try {
                scores = reward.score(task, completions);
            } catch (IllegalArgumentException e) {
                throw new DataException(place + ": " + e.getMessage(), e);
            }
            nanoseconds += System.nanoTime() - start;
            this.scores += completions.size();
            List<Judged> judged = new ArrayList<>();
            for (double score : scores.parts().get(0).scores()) {
                judged.add(new Judged(score, ""));
            }
            for (Unjudged missing : scores.unjudged()) {
                String said = missing.message();
                judged.set(missing.sample(), new Judged(Double.NaN, said == null ? "no judgement" : said));
            }
            return judged;
        }

        /** What the reward said of rows that it cannot judge; thrown where those are all. */
        List<String> unreadable() {
            if (forms.isEmpty() && !unreadable.isEmpty()) {
                throw unreadable.get(0);
            }
            return unreadable.stream().map(DataException::getMessage).toList();
        }

        List<FormResult> results() {
            return forms.values().stream().map(Form::result).toList();
        }

        double milliseconds() {
            return scores == 0 ? 0 : nanoseconds / 1e6 / scores;
        }
    }

    private record Judged(double score, String reason) {}

    private static final class Form {
        private final String title;
        private final boolean right;
        private final List<FormResult.Example> examples = new ArrayList<>();
        private int tried;
        private int wrong;
        private int unscored;

        Form(String title, boolean right) {
            this.title = title;
            this.right = right;
        }

        void add(String place, String answer, String completion, Judged judged, double acceptedFrom) {
            tried++;
            boolean missing = Double.isNaN(judged.score());
            boolean mistaken = !missing && judged.score() >= acceptedFrom != right;
            unscored += missing ? 1 : 0;
            wrong += mistaken ? 1 : 0;
            if ((missing || mistaken) && examples.size() < MOST_EXAMPLES) {
                examples.add(new FormResult.Example(place, answer, completion, judged.score(), judged.reason()));
            }
        }

        FormResult result() {
            return new FormResult(title, right, tried, wrong, unscored, examples);
        }
    }

    /** A completion whose tokens are its words: there is no model here whose tokens they could be. */
    private static Completion completion(String text) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        int[] ids = text.isBlank()
                ? new int[0]
                : Arrays.stream(text.strip().split("\\s+"))
                        .mapToInt(word -> numbers.computeIfAbsent(word, one -> numbers.size()))
                        .toArray();
        return new Completion(ids, new float[ids.length], text, StopReason.END_OF_TEXT);
    }
}
