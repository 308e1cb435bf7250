package dev.hone.recipes.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.rollout.Sample;
import dev.hone.text.Message;
import java.io.IOException;
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
 *   kept.jsonl      the kept ones as conversations to train on
 *   pairs.jsonl     the best and the worst sample of each task whose scores differ, for preference training
 * </pre>
 */
public final class SampleFiles {
    private SampleFiles() {}

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
}
