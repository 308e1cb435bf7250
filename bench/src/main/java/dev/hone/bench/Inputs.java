package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.world.Instructions;
import dev.hone.world.Preferences;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models and rows of the workloads, in a folder.
 *
 * @param small a model of a few million parameters
 */
public record Inputs(Path folder, Path small) {
    private static final int ROWS = 512;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a reply begins with in transcripts of two speakers. */
    private static final String TURN = "\n\nAssistant:";

    /**
     * Where the rows come from; null: the small invented world.
     *
     * @param instructions rows of instruction, input and output
     * @param pairs rows of chosen and rejected transcripts
     * @param tokenizer a folder with tokenizer.json
     */
    public record Sources(
            @Nullable Path instructions,
            @Nullable Path pairs,
            @Nullable Path tokenizer) {}

    Path large() {
        return folder.resolve("model");
    }

    Path instructions() {
        return folder.resolve("instructions.jsonl");
    }

    Path pairs() {
        return folder.resolve("pairs.jsonl");
    }

    /** The same pairs as whole transcripts, the way such data is often published. */
    Path transcripts() {
        return folder.resolve("transcripts.jsonl");
    }

    /** Creates what is missing. */
    void prepare(Sources sources) throws IOException {
        Files.createDirectories(folder);
        BenchShape.write(large(), sources.tokenizer() == null ? small : sources.tokenizer());
        Files.write(instructions(), rows(sources.instructions(), instructionsOfWorld()));
        List<String> pairs = sources.pairs() == null ? rows(null, pairsOfWorld()) : split(sources.pairs());
        Files.write(pairs(), pairs);
        List<String> transcripts = new ArrayList<>();
        for (String pair : pairs) {
            transcripts.add(whole(JSON.readTree(pair)));
        }
        Files.write(transcripts(), transcripts);
    }

    private static String whole(JsonNode pair) {
        String prompt = pair.get("prompt").asText();
        String before = prompt.endsWith(TURN) ? prompt : prompt + TURN;
        return JsonNodeFactory.instance
                .objectNode()
                .put("chosen", before + pair.get("chosen").asText())
                .put("rejected", before + pair.get("rejected").asText())
                .toString();
    }

    private static List<String> rows(@Nullable Path file, Stream<ObjectNode> otherwise) throws IOException {
        if (file == null) {
            return otherwise.limit(ROWS).map(ObjectNode::toString).toList();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.limit(ROWS).toList();
        }
    }

    private static Stream<ObjectNode> instructionsOfWorld() {
        return new Instructions(World.of(1))
                .all(Split.TRAIN)
                .map(instruction -> JsonNodeFactory.instance
                        .objectNode()
                        .put("instruction", instruction.prompt())
                        .put("output", instruction.answer()));
    }

    private static Stream<ObjectNode> pairsOfWorld() {
        return new Preferences(World.of(1))
                .all(Split.TRAIN)
                .map(pair -> JsonNodeFactory.instance
                        .objectNode()
                        .put("prompt", pair.prompt())
                        .put("chosen", pair.chosen())
                        .put("rejected", pair.rejected()));
    }

    /**
     * Transcripts split before their last reply, as plain text without a template. Pairs whose sides differ earlier, are equal or empty
     * are left out.
     */
    private static List<String> split(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.flatMap(Inputs::split).limit(ROWS).toList();
        }
    }

    private static Stream<String> split(String line) {
        try {
            JsonNode row = JSON.readTree(line);
            String chosen = row.path("chosen").asText();
            String rejected = row.path("rejected").asText();
            int cut = chosen.lastIndexOf(TURN) + TURN.length();
            boolean alike = rejected.lastIndexOf(TURN) + TURN.length() == cut
                    && rejected.startsWith(chosen.substring(0, cut))
                    && !rejected.equals(chosen);
            String better = chosen.substring(cut);
            String worse = alike ? rejected.substring(cut) : "";
            return better.isBlank() || worse.isBlank()
                    ? Stream.empty()
                    : Stream.of(JsonNodeFactory.instance
                            .objectNode()
                            .put("prompt", chosen.substring(0, cut))
                            .put("chosen", better)
                            .put("rejected", worse)
                            .toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("row is not JSON: " + line, e);
        }
    }
}
