package dev.hone.recipes.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.files.AtomicFiles;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.RunObserver;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.Reward;
import dev.hone.rollout.Sample;
import dev.hone.rollout.Task;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rejection sampling: a model answers each task several times, a reward judges the answers, and the best become rows to learn
 * from.
 *
 * @param samples each task's samples, in order
 * @param kept each task's kept samples; empty lists where none was good enough
 */
public record RejectionSampling(List<List<Sample>> samples, List<List<Sample>> kept) {
    /** Tasks whose samples are written side by side. */
    private static final int WAVE = 16;

    /**
     * How to sample.
     *
     * @param each samples of a task
     * @param maxTokens the longest sample
     */
    public record SamplePlan(int each, Sampling sampling, int maxTokens, BestOf best) {}

    /** Answers every task of a file; stops early, with what it has, when the watcher asks. */
    public static RejectionSampling draw(
            Speaker speaker, Path file, Reward reward, SamplePlan plan, RunObserver watcher) {
        JsonlFile rows = JsonlFile.open(file);
        List<List<Sample>> samples = new ArrayList<>();
        long tokens = 0;
        try (RunObserver.Work work = watcher.begin("sampling", "tok", rows.rows(), 0)) {
            for (int from = 0; from < rows.rows() && !watcher.getAsBoolean(); from += WAVE) {
                List<Task> tasks = new ArrayList<>();
                for (int row = from; row < Math.min(rows.rows(), from + WAVE); row++) {
                    tasks.add(task(rows, row));
                }
                List<Completion> texts = write(speaker, tasks, plan, watcher);
                if (texts.isEmpty()) {
                    break;
                }
                for (int t = 0; t < tasks.size(); t++) {
                    samples.add(judged(
                            tasks.get(t),
                            texts.subList(t * plan.each(), (t + 1) * plan.each()),
                            reward,
                            rows.place(from + t)));
                }
                tokens += texts.stream().mapToLong(text -> text.ids().length).sum();
                work.report(samples.size(), tokens, String.format(Locale.ROOT, "mean reward %.3f", mean(samples)));
            }
        }
        return new RejectionSampling(
                samples, samples.stream().map(plan.best()::choose).toList());
    }

    /** The task of one row; {@link DataException} with its line if it asks nothing. */
    public static Task task(JsonlFile rows, int number) {
        ObjectNode row = rows.row(number);
        String place = rows.place(number);
        JsonNode prompt = row.has("messages") ? row.get("messages") : row.path("prompt");
        List<Message> messages = new ArrayList<>();
        try {
            if (prompt.isTextual()) {
                messages.add(Message.user(prompt.asText()));
            } else {
                for (JsonNode message : prompt) {
                    messages.add(Message.from(message));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(place + ": " + e.getMessage(), e);
        }
        ObjectNode columns = row;
        if (!messages.isEmpty() && messages.get(messages.size() - 1).role() == Message.Role.ASSISTANT) {
            Message answer = messages.remove(messages.size() - 1);
            columns = row.deepCopy();
            columns.put("answer", answer.content());
        }
        if (messages.isEmpty()) {
            throw new DataException(place + ": has nothing to answer; a task is {\"prompt\": text or messages} or"
                    + " {\"messages\": …}, whose last turn is the answer if it is the assistant's");
        }
        return new Task(number, messages, columns);
    }

    /** The answers to some tasks; none if asked to stop before all of them are written. */
    private static List<Completion> write(Speaker speaker, List<Task> tasks, SamplePlan plan, BooleanSupplier stop) {
        List<Request> requests = new ArrayList<>();
        for (Task task : tasks) {
            String text = speaker.template().text(task.messages(), List.of(), ChatTemplate.Options.prompt());
            Request request = Request.of(
                            speaker.tokenizer().ids(text, Specials.NONE), plan.sampling(), plan.maxTokens())
                    .stoppingAt(speaker.stops())
                    .with(speaker.adapter());
            for (int i = 0; i < plan.each(); i++) {
                requests.add(request.numbered(task.row() * plan.each() + i));
            }
        }
        try (Generator generator = new Generator(speaker.model(), speaker.tokenizer(), WAVE * plan.each())) {
            List<Generation> texts = requests.stream().map(generator::submit).toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    return List.of();
                }
            }
            return texts.stream().map(Generation::completion).toList();
        }
    }

    private static List<Sample> judged(Task task, List<Completion> texts, Reward reward, String place) {
        List<Sample> samples = new ArrayList<>();
        try {
            List<Double> scores =
                    reward.scores(task, texts.stream().map(Completion::text).toList());
            for (int i = 0; i < texts.size(); i++) {
                samples.add(new Sample(task, i, texts.get(i), scores.get(i)));
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(place + ": " + e.getMessage(), e);
        }
        return samples;
    }

    /**
     * Writes {@code samples.jsonl}, every sample with its score; {@code kept.jsonl}, conversations to learn from; and {@code
     * pairs.jsonl}, the best and the worst sample of each task whose samples are not all worth the same.
     */
    public void save(Path folder) {
        try {
            saveSamples(folder.resolve("samples.jsonl"));
            AtomicFiles.write(folder.resolve("kept.jsonl"), lines(kept, RejectionSampling::conversation));
            AtomicFiles.write(
                    folder.resolve("pairs.jsonl"),
                    samples.stream()
                            .flatMap(of -> pair(of).stream())
                            .map(pair -> pair + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    /** Writes every sample with its score into one file. */
    public void saveSamples(Path file) throws IOException {
        AtomicFiles.write(file, lines(samples, RejectionSampling::scored));
    }

    private static String lines(List<List<Sample>> samples, Function<Sample, ObjectNode> row) {
        return samples.stream()
                .flatMap(List::stream)
                .map(sample -> row.apply(sample) + "\n")
                .collect(Collectors.joining());
    }

    private static ObjectNode scored(Sample sample) {
        ObjectNode row = sample.task().columns().deepCopy();
        row.put("sample", sample.number());
        row.put("completion", sample.completion().text());
        row.put("score", sample.score());
        row.put("logprob", sample.completion().logProbability());
        row.put("reason", sample.completion().reason().name().toLowerCase(Locale.ROOT));
        return row;
    }

    private static ObjectNode conversation(Sample sample) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = row.putArray("messages");
        sample.task().messages().forEach(message -> add(messages, message));
        add(messages, reply(sample.completion().text()));
        return row;
    }

    /** One pair of a task's samples, if one of them is better than another. */
    private static Optional<ObjectNode> pair(List<Sample> ofOneTask) {
        Sample best = Collections.max(ofOneTask, Comparator.comparingDouble(Sample::score));
        Sample worst = Collections.min(ofOneTask, Comparator.comparingDouble(Sample::score));
        if (best.score() == worst.score()) {
            return Optional.empty();
        }
        return Optional.of(pair(
                best.task().messages(),
                best.completion().text(),
                worst.completion().text()));
    }

    /** The row that preference training reads, all three columns as messages; white space around the answers is left out. */
    public static ObjectNode pair(List<Message> prompt, String chosen, String rejected) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = row.putArray("prompt");
        prompt.forEach(message -> add(messages, message));
        add(row.putArray("chosen"), reply(chosen));
        add(row.putArray("rejected"), reply(rejected));
        return row;
    }

    private static Message reply(String completion) {
        return Message.assistant(completion.strip());
    }

    private static void add(ArrayNode messages, Message message) {
        messages.addObject().put("role", message.role().text()).put("content", message.content());
    }

    /** What came of it, in one line. */
    public String describe() {
        int each = samples.isEmpty() ? 0 : samples.get(0).size();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d tasks, %d answers each: mean reward %.3f, best of %d %.3f",
                samples.size(),
                each,
                meanReward(),
                each,
                bestOfN()));
        boolean verdicts =
                samples.stream().flatMap(List::stream).allMatch(sample -> sample.score() >= 0 && sample.score() <= 1);
        for (int k = 1; verdicts && k <= each; k *= 2) { // scores of another kind are never passed
            text.append(String.format(Locale.ROOT, ", pass@%d %.3f", k, passAt(k)));
        }
        return text.toString();
    }

    /** The mean score of all samples. */
    public double meanReward() {
        return mean(samples);
    }

    /** The mean over tasks of the best score among their samples. */
    public double bestOfN() {
        return samples.stream()
                .mapToDouble(of -> of.stream().mapToDouble(Sample::score).max().orElse(0))
                .average()
                .orElse(0);
    }

    /** The estimated share of tasks of which one of k samples has a full score. */
    public double passAt(int k) {
        return samples.stream()
                .mapToDouble(of -> BestOf.passAtK(
                        of.size(), (int) of.stream().filter(s -> s.score() >= 1).count(), k))
                .average()
                .orElse(0);
    }

    private static double mean(List<List<Sample>> samples) {
        return samples.stream()
                .flatMap(List::stream)
                .mapToDouble(Sample::score)
                .average()
                .orElse(0);
    }
}
