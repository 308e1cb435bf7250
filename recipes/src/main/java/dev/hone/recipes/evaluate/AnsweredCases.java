package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.StopReason;
import dev.hone.reward.Reward;
import dev.hone.reward.RowScores;
import dev.hone.reward.Task;
import dev.hone.reward.shape.OpenedReward;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Tasks that a model answers, one or several times, and a reward scores. Owns the reward. */
final class AnsweredCases implements CaseSource {
    /** Tasks whose answers are generated together. */
    private static final int WAVE = 16;

    private final Cases task;
    private final LoadedModel model;
    private final JsonlFile rows;
    private final @Nullable JsonlFile examples;
    private final Reward reward;
    private long tokens;

    AnsweredCases(Cases task, LoadedModel model) {
        this.task = task;
        this.model = model;
        rows = JsonlFile.open(task.path());
        Examples shown = task.examples();
        examples = shown == null ? null : JsonlFile.open(shown.path());
        reward = task.reward().open(task.answer(), OpenedReward.openingOf(model.template()));
        try {
            check();
        } catch (RuntimeException e) {
            reward.close();
            throw e;
        }
    }

    /** Refuses a row that asks nothing or lacks what the reward needs; rewards that another program or model gives are asked later. */
    private void check() {
        boolean own = !task.reward().name().contains(":");
        Completion none = new Completion(new int[0], new float[0], "", StopReason.END_OF_TEXT);
        for (int row = 0; row < rows.rows(); row++) {
            Task asked = Task.read(rows, row);
            if (own) {
                scores(asked, List.of(none));
            }
        }
    }

    private List<Double> scores(Task asked, List<Completion> completions) {
        return RowScores.ofAll(reward, asked, completions, rows.place(Math.toIntExact(asked.row())));
    }

    @Override
    public String activity() {
        return "sampling";
    }

    @Override
    public int count() {
        return rows.rows();
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
        int each = task.repetition().samples();
        List<Task> tasks = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        for (int row = from; row < to; row++) {
            Task asked = Task.read(rows, row);
            Request request = request(asked, row);
            tasks.add(asked);
            for (int i = 0; i < each; i++) {
                requests.add(request.numbered((long) row * each + i));
            }
        }
        List<Completion> completions = complete(requests, stop);
        if (completions.size() < requests.size()) {
            return Optional.empty();
        }
        completions.forEach(one -> tokens += one.ids().length);
        List<CaseResult> results = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            results.add(result(tasks.get(i), completions.subList(i * each, (i + 1) * each)));
        }
        return Optional.of(results);
    }

    private List<Completion> complete(List<Request> requests, BooleanSupplier stop) {
        try (Generator generator = model.generator(WAVE * task.repetition().samples())) {
            List<Generation> running = requests.stream().map(generator::submit).toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    return List.of();
                }
            }
            return running.stream().map(Generation::completion).toList();
        }
    }

    private Request request(Task asked, int row) {
        Examples shown = task.examples();
        if (shown == null || examples == null) {
            return model.request(
                    asked.messages(), asked.tools(), task.repetition().sampling(), task.maxTokens());
        }
        List<Message> turns = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int number : shown.before(rows.row(row), row, examples, rows.place(row))) {
            Task example = Task.read(examples, number);
            String solution = answerOf(example, examples.place(number));
            turns.addAll(example.messages());
            turns.add(Message.assistant(solution));
            text.append(plain(example.messages()))
                    .append(shown.delimiter())
                    .append(solution)
                    .append(shown.separator());
        }
        turns.addAll(asked.messages());
        text.append(plain(asked.messages())).append(shown.delimiter());
        return shown.write() == Examples.Form.TURNS
                ? model.request(turns, asked.tools(), task.repetition().sampling(), task.maxTokens())
                : model.request(text.toString(), task.repetition().sampling(), task.maxTokens())
                        .stoppingAt(List.of(shown.separator()));
    }

    private String answerOf(Task example, String place) {
        JsonNode answer = example.columns().path(task.answer());
        if (!answer.isValueNode() || answer.isNull()) {
            throw new DataException(place + ": column " + task.answer() + " is missing, which an example's answer is");
        }
        return answer.asText();
    }

    private static String plain(List<Message> messages) {
        return String.join("\n", messages.stream().map(Message::content).toList());
    }

    private CaseResult result(Task asked, List<Completion> completions) {
        int row = Math.toIntExact(asked.row());
        List<Double> scores = scores(asked, completions);
        JsonNode expected = asked.columns().path(task.answer());
        int chosen = completions.size() == 1 ? 0 : mostFrequent(completions);
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        long right = scores.stream().filter(score -> score >= 1).count();
        if (completions.size() > 1) {
            details.put("right", right);
            ArrayNode samples = details.putArray("samples");
            for (int i = 0; i < completions.size(); i++) {
                samples.addObject().put("answer", completions.get(i).text()).put("score", scores.get(i));
            }
        }
        double mean = scores.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double share = right / (double) scores.size();
        return new CaseResult(
                row,
                rows.place(row),
                shown(asked.messages()),
                expected.isMissingNode() || expected.isNull()
                        ? ""
                        : expected.isValueNode() ? expected.asText() : expected.toString(),
                completions.get(chosen).text(),
                task.isGraded() ? null : scores.get(chosen) >= 1,
                task.isGraded() ? mean : share,
                1,
                details);
    }

    /** The first of the answers that are said most often. */
    private int mostFrequent(List<Completion> completions) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        completions.forEach(one -> votes.merge(reward.vote(one), 1, Integer::sum));
        int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        for (int i = 0; i < completions.size(); i++) {
            if (votes.getOrDefault(reward.vote(completions.get(i)), 0) == most) {
                return i;
            }
        }
        return 0;
    }

    private static String shown(List<Message> messages) {
        return messages.size() == 1
                ? messages.get(0).content()
                : String.join(
                        "\n",
                        messages.stream()
                                .map(turn -> turn.role().name().toLowerCase(Locale.ROOT) + ": " + turn.content())
                                .toList());
    }

    @Override
    public void close() {
        reward.close();
    }
}
