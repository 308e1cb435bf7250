package dev.hone.recipes.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.files.AtomicFiles;
import dev.hone.reward.Task;
import dev.hone.rollout.Sample;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Samples on disk, as JSONL.
 *
 * <pre>
 *   samples.jsonl   every sample: its task's row with sample, completion, score, logprob and reason
 *   kept.jsonl      the kept ones as conversations to train on, with the task's tools
 *   pairs.jsonl     the best and the worst sample of each task whose scores differ, for preference training
 * </pre>
 *
 * <p>A sample that was cut off at a length is in the first file alone, and an empty one in no pair.
 */
public final class SampleFiles {
    /** The names of all three. */
    public static final String[] NAMES = {"samples.jsonl", "kept.jsonl", "pairs.jsonl"};

    private SampleFiles() {}

    /** Whether a folder holds what this class wrote: samples with their scores, perhaps before the other two were written. */
    public static boolean madeIn(Path folder) {
        Path samples = folder.resolve("samples.jsonl");
        if (!Files.isRegularFile(samples)) {
            return false;
        }
        try {
            ObjectNode first = JsonlFile.open(samples).row(0);
            return first.has("completion") && first.has("score") && first.has("reason");
        } catch (DataException e) {
            return false;
        }
    }

    /** Writes all three files into a folder. */
    public static void save(RejectionSampling sampled, Path folder) {
        try {
            saveSamples(sampled, folder.resolve("samples.jsonl"));
            AtomicFiles.write(folder.resolve("kept.jsonl"), lines(sampled.kept(), SampleFiles::conversation));
            AtomicFiles.write(
                    folder.resolve("pairs.jsonl"),
                    sampled.samples().stream()
                            .flatMap(of -> pair(of).stream())
                            .map(pair -> pair + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    /** Writes every sample with its score into one file. */
    public static void saveSamples(RejectionSampling sampled, Path file) throws IOException {
        AtomicFiles.write(file, lines(sampled.samples(), SampleFiles::scored));
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
        row.put("score", sample.isJudged() ? Double.valueOf(sample.score()) : null);
        row.put("logprob", sample.completion().logProbability());
        row.put("reason", sample.completion().reason().name().toLowerCase(Locale.ROOT));
        return row;
    }

    private static ObjectNode conversation(Sample sample) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = row.putArray("messages");
        messages.addAll(prompt(sample.task()));
        add(messages, reply(sample.completion().text()));
        return withTools(row, sample.task());
    }

    /** The messages of a task as its row has them, tool calls and all. */
    private static ArrayNode prompt(Task task) {
        JsonNode given = task.columns().has("messages")
                ? task.columns().get("messages")
                : task.columns().path("prompt");
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < task.messages().size(); i++) {
            if (given.path(i).isObject()) {
                messages.add(given.get(i));
            } else {
                add(messages, task.messages().get(i));
            }
        }
        return messages;
    }

    private static ObjectNode withTools(ObjectNode row, Task task) {
        if (!task.tools().isEmpty()) {
            task.tools().forEach(row.putArray("tools")::add);
        }
        return row;
    }

    /** One pair of a task's samples, if one of them is better than another. */
    private static Optional<ObjectNode> pair(List<Sample> samples) {
        List<Sample> ofOneTask = samples.stream()
                .filter(sample -> sample.isWhole() && sample.isJudged())
                .filter(sample -> !sample.completion().text().isBlank()) // training on pairs refuses an empty side
                .toList();
        if (ofOneTask.isEmpty()) {
            return Optional.empty();
        }
        Sample best = Collections.max(ofOneTask, Comparator.comparingDouble(Sample::score));
        Sample worst = Collections.min(ofOneTask, Comparator.comparingDouble(Sample::score));
        if (best.score() == worst.score()) {
            return Optional.empty();
        }
        ObjectNode row = pair(
                best.task().messages(),
                best.completion().text(),
                worst.completion().text());
        row.set("prompt", prompt(best.task()));
        return Optional.of(withTools(row, best.task()));
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
}
