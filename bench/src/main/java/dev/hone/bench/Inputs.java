package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.AlpacaPrompt;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.PairRow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import dev.hone.world.Instructions;
import dev.hone.world.Preferences;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
     * @param pairs rows of preference pairs, in any of the forms that training reads
     * @param prompts rows of prompt, or question, and answer
     * @param tokenizer a folder with tokenizer.json
     */
    public record Sources(
            @Nullable Path instructions,
            @Nullable Path pairs,
            @Nullable Path prompts,
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

    /** Questions with their answers, to sample completions of. */
    Path prompts() {
        return folder.resolve("prompts.jsonl");
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
        List<String> prompts = new ArrayList<>();
        for (String row : rows(sources.prompts(), promptsOfWorld())) {
            prompts.add(asked(JSON.readTree(row)));
        }
        Files.write(prompts(), prompts);
        List<String> pairs = sources.pairs() == null ? rows(null, pairsOfWorld()) : split(sources.pairs());
        Files.write(pairs(), pairs);
        List<String> transcripts = new ArrayList<>();
        for (String pair : pairs) {
            transcripts.add(whole(JSON.readTree(pair)));
        }
        Files.write(transcripts(), transcripts);
    }

    /** A question under the names that both sides read. */
    private static String asked(JsonNode row) {
        String question = row.path(row.has("prompt") ? "prompt" : "question").asText();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt", question)
                .put("question", question)
                .put("answer", row.path("answer").asText())
                .toString();
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

    private static Stream<ObjectNode> promptsOfWorld() {
        return new Instructions(World.of(1))
                .all(Split.TRAIN)
                .map(instruction -> JsonNodeFactory.instance
                        .objectNode()
                        .put("prompt", instruction.prompt())
                        .put("answer", instruction.answer()));
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

    /** Pairs as the project reads them, as plain text without a template. Those with equal, empty or unlike sides are left out. */
    private static List<String> split(Path file) {
        JsonlFile rows = JsonlFile.open(file);
        return IntStream.range(0, rows.rows())
                .mapToObj(row -> split(RowColumns.of(rows.row(row), rows.place(row))))
                .flatMap(Optional::stream)
                .limit(ROWS)
                .toList();
    }

    private static Optional<String> split(RowColumns row) {
        PairRow pair;
        try {
            pair = PairRow.read(row);
        } catch (DataException e) {
            if (PairRow.is(row)) {
                return Optional.empty(); // answers to different prompts
            }
            throw e;
        }
        Row.PromptCompletion better = text(pair.chosen());
        Row.PromptCompletion worse = text(pair.rejected());
        return better.completion().isBlank() || worse.completion().isBlank() || better.equals(worse)
                ? Optional.empty()
                : Optional.of(JsonNodeFactory.instance
                        .objectNode()
                        .put("prompt", better.prompt())
                        .put("chosen", better.completion())
                        .put("rejected", worse.completion())
                        .toString());
    }

    private static Row.PromptCompletion text(Row row) {
        if (row instanceof Row.PromptCompletion text) {
            return text;
        } else if (row instanceof Row.AlpacaRow alpaca) {
            return new Row.PromptCompletion(
                    AlpacaPrompt.of(alpaca.system(), alpaca.instruction(), alpaca.input()), alpaca.output());
        }
        Row.Conversation talk = (Row.Conversation) row;
        List<Message> answer =
                talk.messages().subList(talk.context(), talk.messages().size());
        return new Row.PromptCompletion(
                transcript(talk.messages().subList(0, talk.context())) + TURN,
                " " + answer.get(0).content() + transcript(answer.subList(1, answer.size())));
    }

    private static String transcript(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        for (Message message : messages) {
            text.append(message.role() == Message.Role.ASSISTANT ? TURN : "\n\nHuman:")
                    .append(' ')
                    .append(message.content());
        }
        return text.toString();
    }
}
