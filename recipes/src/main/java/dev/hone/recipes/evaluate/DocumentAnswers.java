package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Default;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.raft.Condition;
import dev.hone.recipes.raft.RaftReply;
import dev.hone.recipes.raft.ScoredReply;
import dev.hone.recipes.run.RunObserver;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.Sample;
import dev.hone.rollout.TaskSampler;
import dev.hone.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers with documents: the questions of held-out rows of {@code ./hone raft}, asked under one condition, greedily.
 *
 * @param condition which documents stand before the question
 * @param maxTokens a longer reply is cut and scored as it stands
 */
public record DocumentAnswers(Path path, @Nullable String name, Condition condition, int maxTokens, String template)
        implements EvaluationTask {
    private static final int WAVE = 16;

    /**
     * The conditions that a file asks for; each is a task of its own.
     *
     * @param path held-out rows
     * @param name stands before the names of the conditions; null: nothing
     * @param distractors numbers of distractors beside the oracle
     * @param absent numbers of distractors without it
     * @param retrieved numbers of retrieved documents
     * @param closedBook whether to ask without documents too
     */
    public record Sheet(
            Path path,
            @Nullable String name,
            @Default("[0, 4]") List<Integer> distractors,
            @Default("4") List<Integer> absent,
            @Default("4") List<Integer> retrieved,
            @Default("true") boolean closedBook,
            @Default("192") int maxTokens,
            @Default("auto") String template) {
        public Sheet {
            distractors = within("distractors", 0, distractors);
            absent = within("absent", 1, absent);
            retrieved = within("retrieved", 1, retrieved);
            require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
            requireAtMost("maxTokens", maxTokens, 1 << 24);
        }

        private static List<Integer> within(String key, int least, List<Integer> counts) {
            require(
                    counts.stream().allMatch(count -> count >= least && count <= Condition.MOST),
                    "%s (%s) must be from %d to %d documents, which is what held-out rows bring",
                    key,
                    counts,
                    least,
                    Condition.MOST);
            return List.copyOf(counts);
        }

        /** The tasks of all sheets, in their order. */
        static List<DocumentAnswers> tasks(List<Sheet> sheets) {
            return sheets.stream()
                    .flatMap(sheet -> sheet.conditions().stream()
                            .map(condition -> new DocumentAnswers(
                                    sheet.path, sheet.name, condition, sheet.maxTokens, sheet.template)))
                    .toList();
        }

        private List<Condition> conditions() {
            List<Condition> conditions = new ArrayList<>();
            if (closedBook) {
                conditions.add(new Condition(Condition.Kind.CLOSED_BOOK, 0));
            }
            distractors.forEach(count -> conditions.add(new Condition(Condition.Kind.ORACLE, count)));
            retrieved.forEach(count -> conditions.add(new Condition(Condition.Kind.RETRIEVED, count)));
            absent.forEach(count -> conditions.add(new Condition(Condition.Kind.ABSENT, count)));
            return conditions;
        }
    }

    @Override
    public String kind() {
        return "raft";
    }

    @Override
    public Purpose purpose() {
        return condition.kind() == Condition.Kind.CLOSED_BOOK ? Purpose.KNOWLEDGE : Purpose.ABILITY;
    }

    @Override
    public String title() {
        return name == null ? condition.title() : name + ": " + condition.title();
    }

    @Override
    public Optional<EvaluationResult> evaluate(LoadedModel model, RunObserver observer) {
        JsonlFile rows = JsonlFile.open(path);
        List<Task> tasks = tasks(rows);
        TaskSampler sampler = new TaskSampler(model, new Exact(), 1, Sampling.greedy(), maxTokens);
        List<ScoredReply> replies = new ArrayList<>();
        try (RunObserver.Work work = observer.begin(title(), "replies", tasks.size(), 0)) {
            for (int from = 0; from < tasks.size(); from += WAVE) {
                List<Task> wave = tasks.subList(from, Math.min(tasks.size(), from + WAVE));
                Optional<List<List<Sample>>> samples =
                        sampler.sample(wave, WAVE, row -> rows.place(Math.toIntExact(row)), observer);
                if (samples.isEmpty()) {
                    return Optional.empty();
                }
                samples.get()
                        .forEach(of -> replies.add(ScoredReply.of(
                                RaftReply.text(of.get(0).completion(), model),
                                of.get(0).task().columns())));
                work.report(replies.size(), replies.size(), "");
            }
        }
        return Optional.of(DocumentScore.of(replies, condition.kind() == Condition.Kind.ABSENT));
    }

    private List<Task> tasks(JsonlFile rows) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            ObjectNode row = rows.row(i);
            if (!row.has("question") || !row.has("answers") || !row.has("oracle")) {
                throw DataException.at(
                        rows.place(i),
                        "has no question, answers and oracle; raft measures the held-out.jsonl that ./hone raft writes");
            }
            int number = i;
            condition
                    .prompt(row, number)
                    .ifPresent(prompt -> tasks.add(new Task(number, List.of(Message.user(prompt)), row)));
        }
        if (tasks.isEmpty()) {
            throw new DataException(path + ": no row has the documents for “" + condition.title()
                    + "”; hold out more documents (held-out), or ask for fewer");
        }
        return tasks;
    }

    /** Whether the answer is a right one; the rest of what a reply is worth is read off it afterwards. */
    private static final class Exact implements Reward {
        @Override
        public double score(Task task, Completion completion) {
            return ScoredReply.of(completion.text(), task.columns()).match().exact() ? 1 : 0;
        }
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return DocumentScore.read(json);
    }
}
