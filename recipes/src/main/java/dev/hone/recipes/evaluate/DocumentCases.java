package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.raft.RaftReply;
import dev.hone.recipes.raft.ScoredReply;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.Sample;
import dev.hone.rollout.TaskSampler;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The questions of held-out rows under one condition, answered greedily; rows that have too few documents for it are left out. */
final class DocumentCases implements CaseSource {
    private static final int WAVE = 16;

    private final DocumentAnswers task;
    private final LoadedModel model;
    private final JsonlFile rows;
    private final List<Task> tasks = new ArrayList<>();
    private final TaskSampler sampler;
    private long tokens;

    DocumentCases(DocumentAnswers task, LoadedModel model) {
        this.task = task;
        this.model = model;
        rows = JsonlFile.open(task.path());
        for (int i = 0; i < rows.rows(); i++) {
            ObjectNode row = rows.row(i);
            if (!row.has("question") || !row.has("answers") || !row.has("oracle")) {
                throw DataException.at(
                        rows.place(i),
                        "has no question, answers and oracle; raft measures the held-out.jsonl that ./hone raft writes");
            }
            int number = i;
            task.condition()
                    .prompt(row, number)
                    .ifPresent(prompt -> tasks.add(new Task(number, List.of(Message.user(prompt)), row)));
        }
        if (tasks.isEmpty()) {
            throw new DataException(task.path() + ": no row has the documents for “"
                    + task.condition().title() + "”; hold out more documents (held-out), or ask for fewer");
        }
        sampler = new TaskSampler(model, new Exact(), 1, Sampling.greedy(), task.maxTokens());
    }

    @Override
    public String activity() {
        return "answering";
    }

    @Override
    public int count() {
        return tasks.size();
    }

    @Override
    public int wave() {
        return WAVE;
    }

    @Override
    public long tokens() {
        return tokens;
    }

    @Override
    public Optional<List<CaseResult>> answer(int from, int to, BooleanSupplier stop) {
        return sampler.sample(tasks.subList(from, to), WAVE, row -> rows.place(Math.toIntExact(row)), stop)
                .map(samples -> samples.stream().map(of -> result(of.get(0))).toList());
    }

    private CaseResult result(Sample sample) {
        tokens += sample.completion().ids().length;
        ObjectNode row = sample.task().columns();
        int number = Math.toIntExact(sample.task().row());
        String text = RaftReply.text(sample.completion(), model);
        ScoredReply reply = ScoredReply.of(text, row);
        boolean right = task.wantsRefusals() ? reply.refuses() : reply.match().exact();
        List<String> answers = new ArrayList<>();
        row.path("answers").forEach(answer -> answers.add(answer.asText()));
        return new CaseResult(
                number,
                rows.place(number),
                sample.task().messages().get(0).content(),
                task.wantsRefusals()
                        ? "a refusal, as no document answers; it would be " + String.join(" | ", answers)
                        : String.join(" | ", answers),
                text,
                right,
                right ? 1 : 0,
                1,
                details(reply));
    }

    private static ObjectNode details(ScoredReply reply) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(DocumentMeasure.EXACT.word(), reply.match().exact())
                .put(DocumentMeasure.F1.word(), reply.match().f1())
                .put(DocumentMeasure.CITED.word(), reply.cites())
                .put(DocumentMeasure.REFUSED.word(), reply.refuses());
    }

    /** Whether the answer is a right one; the rest of what a reply is worth is read off it afterwards. */
    private static final class Exact implements Reward {
        @Override
        public double score(Task task, Completion completion) {
            return ScoredReply.of(completion.text(), task.columns()).match().exact() ? 1 : 0;
        }
    }
}
