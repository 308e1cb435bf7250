package dev.hone.rollout.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowReader;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.files.AtomicFiles;
import dev.hone.generate.StopReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts as JSON Lines, one completion a line, those of a group adjacent:
 *
 * <pre>
 *   {"group": "17-0", "prompt_ids": […], "completion_ids": […], "logprobs": […], "reward": 0.5, "stop": "stop"}
 * </pre>
 *
 * beside them, where they are known, {@code text}, {@code rewards} (the parts of the reward by name), {@code version}, {@code
 * reference_logprobs}, {@code values} (a critic's, of the state before each token), {@code sampled} (0 for tokens that entered as context), {@code hinted} (true where the prompt showed the answer, which it does not here) and {@code place} (where the prompt stands). {@code stop} is
 * {@code length} where the completion was cut off, else {@code stop}; a reward that is null was not judged. Numbers are written so that
 * reading them gives the same bits.
 */
public final class RolloutFile {
    private static final int MOST_TOKENS = 1 << 24;

    private RolloutFile() {}

    /** Writes whole groups; the file appears whole or not at all. */
    public static void write(Path file, List<RolloutGroup> groups) {
        StringBuilder lines = new StringBuilder();
        for (RolloutGroup group : groups) {
            group.rollouts()
                    .forEach(rollout -> lines.append(json(group, rollout)).append('\n'));
        }
        try {
            AtomicFiles.write(file, lines.toString());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private static ObjectNode json(RolloutGroup group, Rollout rollout) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("group", group.id());
        json.put("place", group.place());
        ids(json.putArray("prompt_ids"), rollout.prompt());
        ids(json.putArray("completion_ids"), rollout.completion());
        numbers(json.putArray("logprobs"), rollout.logProbabilities());
        if (rollout.sampledTokens() < rollout.sampled().length) {
            numbers(json.putArray("sampled"), rollout.sampled());
        }
        if (rollout.reference() != null) {
            numbers(json.putArray("reference_logprobs"), rollout.reference());
        }
        if (rollout.values() != null) {
            numbers(json.putArray("values"), rollout.values());
        }
        number(json, "reward", rollout.score().reward());
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        rollout.score().parts().forEach((name, value) -> number(parts, name, value));
        if (!parts.isEmpty()) {
            json.set("rewards", parts);
        }
        json.put("stop", rollout.isCut() ? "length" : "stop");
        json.put("version", rollout.version());
        if (rollout.hinted()) {
            json.put("hinted", true);
        }
        json.put("text", rollout.text());
        return json;
    }

    private static void number(ObjectNode json, String name, double value) {
        if (Double.isNaN(value)) {
            json.putNull(name);
        } else {
            json.put(name, value);
        }
    }

    private static void ids(ArrayNode array, int[] ids) {
        for (int id : ids) {
            array.add(id);
        }
    }

    private static void numbers(ArrayNode array, float[] numbers) {
        for (float number : numbers) {
            array.add(number);
        }
    }

    /**
     * Reads every group of a file, in order.
     *
     * @param vocabulary ids are below it
     * @throws DataException with its line if a rollout cannot be used, unless the listener continues
     */
    public static List<RolloutGroup> read(JsonlFile file, int vocabulary, ReadingListener listener) {
        List<RolloutGroup> groups = new ArrayList<>();
        Set<String> ended = new HashSet<>();
        List<Rollout> open = new ArrayList<>();
        String[] id = {null, ""}; // of the group that is being read, and where it begins
        RowReader.over(List.of(file), listener, (f, row) -> {
            ObjectNode json = file.row(row);
            String place = file.place(row);
            String group = text(json, "group", place);
            if (!group.equals(id[0])) {
                close(id, open, groups, ended);
                if (ended.contains(group)) {
                    throw DataException.at(
                            place, "continues group " + group + ", whose other rows stand apart; keep groups adjacent");
                }
                id[0] = group;
                id[1] = json.path("place").asText(place);
            }
            open.add(rollout(json, vocabulary, place));
            if (open.size() > 1
                    && !Arrays.equals(
                            open.get(0).prompt(), open.get(open.size() - 1).prompt())) {
                open.remove(open.size() - 1);
                throw DataException.at(
                        place, "has other prompt_ids than the rows of its group " + group + " before it");
            }
        });
        close(id, open, groups, ended);
        return groups;
    }

    private static void close(@Nullable String[] id, List<Rollout> open, List<RolloutGroup> groups, Set<String> ended) {
        if (!open.isEmpty()) {
            groups.add(new RolloutGroup(String.valueOf(id[0]), String.valueOf(id[1]), open));
            open.clear();
        }
        if (id[0] != null) {
            ended.add(id[0]);
        }
    }

    private static Rollout rollout(ObjectNode json, int vocabulary, String place) {
        int[] prompt = ids(json, "prompt_ids", vocabulary, place);
        int[] completion = ids(json, "completion_ids", vocabulary, place);
        float[] logs = logs(json, "logprobs", completion.length, place);
        String stop = text(json, "stop", place);
        if (!stop.equals("stop") && !stop.equals("length")) {
            throw DataException.at(place, "stop (" + stop + ") must be stop or length");
        }
        return new Rollout(
                prompt,
                completion,
                logs,
                json.hasNonNull("sampled") ? sampled(json, completion.length, place) : ones(completion.length),
                stop.equals("stop") ? StopReason.END_OF_TEXT : StopReason.LENGTH,
                json.path("text").asText(""),
                score(json, place),
                json.path("version").asLong(0),
                json.hasNonNull("reference_logprobs")
                        ? logs(json, "reference_logprobs", completion.length, place)
                        : null,
                json.hasNonNull("values") ? numbers(json, "values", completion.length, place) : null,
                json.path("hinted").asBoolean(false));
    }

    private static Rollout.Score score(ObjectNode json, String place) {
        if (!json.has("reward")) {
            throw DataException.at(place, "column reward is missing; null says that nothing judged it");
        }
        Map<String, Double> parts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> part : json.path("rewards").properties()) {
            parts.put(part.getKey(), reward(part.getValue(), "rewards." + part.getKey(), place));
        }
        return new Rollout.Score(reward(json.get("reward"), "reward", place), parts);
    }

    private static double reward(JsonNode value, String name, String place) {
        if (value.isNull()) {
            return Double.NaN;
        }
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw DataException.at(place, name + " (" + value + ") must be a finite number, or null");
        }
        return value.asDouble();
    }

    private static String text(ObjectNode json, String column, String place) {
        if (!json.hasNonNull(column)) {
            throw DataException.at(place, "column " + column + " is missing");
        }
        return json.get(column).asText();
    }

    private static JsonNode array(ObjectNode json, String column, String place) {
        JsonNode array = json.path(column);
        if (!array.isArray() || array.isEmpty() || array.size() > MOST_TOKENS) {
            throw DataException.at(place, column + " must be a list of numbers that is not empty");
        }
        return array;
    }

    private static int[] ids(ObjectNode json, String column, int vocabulary, String place) {
        JsonNode array = array(json, column, place);
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = array.get(i);
            if (!id.isInt() || id.asInt() < 0 || id.asInt() >= vocabulary) {
                throw DataException.at(
                        place,
                        column + "[" + i + "] (" + id + ") must be a token id, from 0 to " + (vocabulary - 1)
                                + " in this model");
            }
            ids[i] = id.asInt();
        }
        return ids;
    }

    private static float[] logs(ObjectNode json, String column, int length, String place) {
        float[] logs = numbers(json, column, length, place);
        for (int i = 0; i < length; i++) {
            if (!(logs[i] <= 0) || Float.isInfinite(logs[i])) {
                throw DataException.at(
                        place,
                        column + "[" + i + "] (" + logs[i]
                                + ") must be the natural log of a probability, finite and at most 0");
            }
        }
        return logs;
    }

    private static float[] sampled(ObjectNode json, int length, String place) {
        float[] sampled = numbers(json, "sampled", length, place);
        if (IntStream.range(0, length).anyMatch(i -> sampled[i] != 0 && sampled[i] != 1)) {
            throw DataException.at(place, "sampled must be 1 for tokens that the policy sampled, and 0 for context");
        }
        return sampled;
    }

    private static float[] numbers(ObjectNode json, String column, int length, String place) {
        JsonNode array = array(json, column, place);
        if (array.size() != length) {
            throw DataException.at(
                    place, column + " has " + array.size() + " numbers for " + length + " completion_ids");
        }
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            if (!array.get(i).isNumber()) {
                throw DataException.at(place, column + "[" + i + "] (" + array.get(i) + ") must be a number");
            }
            numbers[i] = (float) array.get(i).asDouble();
        }
        return numbers;
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return ones;
    }
}
