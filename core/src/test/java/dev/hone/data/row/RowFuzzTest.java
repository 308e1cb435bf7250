package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.file.LoneSurrogates;
import dev.hone.testkit.Hostile;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows with the columns that are read, and with values that fit them, nearly fit them or do not: each is read, or refused by its place. */
class RowFuzzTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int ROWS = 4_000;
    private static final List<String> COLUMNS = List.of(
            "text",
            "prompt",
            "completion",
            "messages",
            "conversations",
            "instruction",
            "input",
            "output",
            "system",
            "history",
            "tools",
            "chosen",
            "rejected",
            "margin",
            "label",
            "question",
            "answer",
            "");
    private static final List<String> KEYS = List.of(
            "role",
            "content",
            "from",
            "value",
            "weight",
            "loss",
            "tool_calls",
            "name",
            "reasoning_content",
            "function_call",
            "type");
    private static final List<String> WORDS = List.of(
            "",
            " ",
            "a",
            "user",
            "assistant",
            "system",
            "tool",
            "human",
            "gpt",
            "function_call",
            "observation",
            "hi\nthere",
            "{\"name\": \"f\"}",
            "[1]",
            "{",
            "\n\nHuman: a\n\nAssistant: b",
            "\n\nHuman: a\n\nAssistant: c",
            "\uD83D",
            "안녕");

    @TempDir
    static Path folder;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void learnTokens() {
        tokenizer = TinyTokenizers.bytes(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRowIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        RowRenderer renderer = new RowRenderer(tokenizer, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
        ColumnMapping mapping = ColumnMapping.of(Map.of("prompt", "question", "completion", "answer.value"))
                .whereFound();
        int read = 0;
        for (int i = 0; i < ROWS; i++) {
            ObjectNode row = row(random);
            String place = "seed " + seed + " " + row;
            Path named = Path.of("rows:" + i);
            try {
                read += Hostile.read(named, () -> {
                            ObjectNode columns =
                                    mapping.applied((ObjectNode) LoneSurrogates.replaced(row), named.toString());
                            Row one = RowFormat.read(RowColumns.of(columns, named.toString()));
                            renderer.render(one, 0, named.toString());
                        })
                        ? 1
                        : 0;
                Hostile.read(named, () -> {
                    PairRow pair = PairRow.read(RowColumns.of(row, named.toString()));
                    renderer.render(pair.chosen(), 0, named.toString());
                    renderer.render(pair.rejected(), 0, named.toString());
                });
                Hostile.read(
                        named,
                        () -> renderer.render(
                                LabelledRow.read(RowColumns.of(row, named.toString()))
                                        .answered(),
                                0,
                                named.toString()));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(place, e);
            }
        }
        assertThat(read).isBetween(ROWS / 20, ROWS * 19 / 20);
    }

    private static ObjectNode row(Random random) {
        ObjectNode row = JSON.objectNode();
        int columns = 1 + random.nextInt(5);
        for (int i = 0; i < columns; i++) {
            String column = one(COLUMNS, random);
            row.set(column, random.nextInt(5) == 0 ? value(random, 3) : fitting(column, random));
        }
        return row;
    }

    private static JsonNode fitting(String column, Random random) {
        return switch (column) {
            case "messages", "conversations" -> messages(random);
            case "prompt", "completion", "chosen", "rejected" ->
                random.nextBoolean() ? JSON.textNode(one(WORDS, random)) : messages(random);
            case "label" -> JSON.booleanNode(random.nextBoolean());
            case "history" -> JSON.arrayNode().add(JSON.arrayNode().add("a").add(one(WORDS, random)));
            case "tools" -> JSON.arrayNode().add(JSON.objectNode().put("name", "f"));
            default -> JSON.textNode(one(WORDS, random));
        };
    }

    private static ArrayNode messages(Random random) {
        ArrayNode messages = JSON.arrayNode();
        int count = random.nextInt(4);
        for (int i = 0; i <= count; i++) {
            boolean openAi = random.nextBoolean();
            ObjectNode message = JSON.objectNode();
            message.put(openAi ? "role" : "from", i % 2 == 0 ? "user" : "assistant");
            message.put(openAi ? "content" : "value", one(WORDS, random));
            if (random.nextInt(4) == 0) {
                message.set(one(KEYS, random), value(random, 2));
            }
            messages.add(message);
        }
        return messages;
    }

    private static JsonNode value(Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0:
                return JSON.nullNode();
            case 1:
                return JSON.booleanNode(random.nextBoolean());
            case 2:
                return JSON.numberNode(random.nextInt(5) - 2);
            case 3, 4:
                return JSON.textNode(one(WORDS, random));
            case 5:
                ArrayNode list = JSON.arrayNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                return list;
            default:
                ObjectNode object = JSON.objectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    object.set(one(KEYS, random), value(random, depth - 1));
                }
                return object;
        }
    }

    private static String one(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }
}
