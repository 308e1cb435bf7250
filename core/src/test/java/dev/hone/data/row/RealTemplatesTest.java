package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.data.Example;
import dev.hone.error.DataException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import dev.hone.text.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random conversations under the templates of real models: each row is trained or refused with a reason, and what is trained of a row
 * stands after the tokens that generation would begin with.
 */
class RealTemplatesTest {
    private static final long SEED = 20261130;
    private static final int CONVERSATIONS = 12;
    private static final List<String> SAYINGS = List.of(
            "Hi",
            "2 + 2 = ?",
            "네, 맑습니다.",
            "서울의 날씨는?",
            "One.\n\nTwo.",
            "\nA line first",
            "It is 21 °C 😀",
            "a: b",
            "`code`\n");
    private static final String TOOL = """
            {"type": "function", "function": {"name": "look_up", "description": "Looks a thing up.",
             "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "a city"}}, "required": ["city"]}}}
            """;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(strings = {"qwen2.5", "llama3", "phi-3-mini"})
    void eachReplyIsTrainedAfterThePromptOfItsGeneration(String name) throws IOException {
        Path reference = reference();
        Map<String, Integer> trained = new TreeMap<>();
        Map<String, Integer> refused = new TreeMap<>();
        try (Tokenizer tokenizer =
                        TokenizerFile.open(reference.resolve("tokenizers").resolve(name));
                Stream<Path> files = Files.walk(reference.resolve("chat-templates"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jinja"))
                    .sorted()
                    .toList()) {
                ChatTemplate template = ChatTemplate.of(
                        file.getFileName().toString(),
                        Files.readString(file),
                        Map.of("bos_token", "<s>", "eos_token", "</s>"));
                for (int i = 0; i < CONVERSATIONS; i++) {
                    Row.Conversation row = conversation(i);
                    try {
                        check(row, template, tokenizer);
                        trained.merge(template.name(), 1, Integer::sum);
                    } catch (DataException e) {
                        assertThat(e.getMessage()).startsWith("row:1: ");
                        if (Boolean.getBoolean("hone.verbose")) {
                            System.out.println(template.name() + " [" + i + "] " + e.getMessage());
                        }
                        refused.merge(template.name(), 1, Integer::sum);
                    }
                }
            }
        }
        for (String kept : List.of(
                "Qwen-Qwen3-0.6B", "microsoft-Phi-3.5-mini-instruct", "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B")) {
            assertThat(trained.getOrDefault(kept + ".jinja", 0)).as(kept).isPositive();
        }
        assertThat(trained.values().stream().mapToInt(n -> n).sum())
                .as("refused: %s", refused)
                .isGreaterThan(refused.values().stream().mapToInt(n -> n).sum());
    }

    private static void check(Row.Conversation row, ChatTemplate template, Tokenizer tokenizer) {
        RowRenderer renderer = new RowRenderer(tokenizer, template, TrainOn.REPLIES);
        RowRenderer.Rendered rendered = renderer.render(row, 0, "row:1");
        for (int i = 0; i < row.messages().size(); i++) {
            Message message = row.messages().get(i);
            if (message.role() == Message.Role.ASSISTANT && !template.marksReplies()) {
                int[] prompt = tokenizer.ids(
                        template.text(row.messages().subList(0, i), row.tools(), ChatTemplate.Options.prompt()),
                        Specials.NONE);
                String where = template.name() + ": message " + i + " of " + row.messages();
                List<String> replies = rendered.sequences().stream()
                        .map(RowRenderer.Rendered::example)
                        .filter(sequence -> follows(sequence, prompt))
                        .map(sequence -> reply(sequence, prompt.length, tokenizer))
                        .toList();
                assertThat(replies).as(where).isNotEmpty();
                String content = message.content().strip();
                assertThat(replies).as(where).anyMatch(reply -> reply.contains(content));
                String asGenerated =
                        template.reply(row.messages(), i, row.tools()).reply();
                assertThat(replies).as(where).anyMatch(reply -> isWhole(reply, asGenerated, tokenizer));
            }
        }
    }

    /** Whether a sequence begins with the prompt, and the next token is the first of a trained reply. */
    private static boolean follows(Example sequence, int[] prompt) {
        return sequence.length() > prompt.length
                && Arrays.equals(sequence.tokens(), 0, prompt.length, prompt, 0, prompt.length)
                && sequence.weights()[prompt.length] > 0
                && (prompt.length < 2 || sequence.weights()[prompt.length - 1] == 0);
    }

    private static String reply(Example sequence, int from, Tokenizer tokenizer) {
        int to = from;
        while (to < sequence.length() && sequence.weights()[to] > 0) {
            to++;
        }
        return tokenizer.decode(Arrays.copyOfRange(sequence.tokens(), from, to));
    }

    /** Whether a trained span is all of a reply; special tokens and white space may be missing behind the token that ends it. */
    private static boolean isWhole(String span, String reply, Tokenizer tokenizer) {
        String generated = tokenizer.decode(tokenizer.ids(reply, Specials.NONE)).stripLeading();
        String trained = span.stripLeading();
        return generated.startsWith(trained)
                && Arrays.stream(tokenizer.ids(generated.substring(trained.length()), Specials.NONE))
                        .allMatch(id -> tokenizer.isSpecial(id)
                                || tokenizer.decode(new int[] {id}).isBlank());
    }

    private Row.Conversation conversation(int number) {
        List<Message> messages = new ArrayList<>();
        boolean tools = number % 3 == 2;
        if (random.nextInt(3) == 0) {
            messages.add(Message.system(saying()));
        }
        int turns = 1 + random.nextInt(4);
        for (int turn = 0; turn < turns; turn++) {
            messages.add(Message.user(saying()));
            if (tools && random.nextBoolean()) {
                messages.add(new Message(
                        Message.Role.ASSISTANT,
                        "",
                        null,
                        List.of(new ToolCall("call00001", "look_up", Map.of("city", "부산"))),
                        null,
                        null,
                        1,
                        Map.of()));
                messages.add(
                        new Message(Message.Role.TOOL, "맑음 21", null, List.of(), "look_up", "call00001", 1, Map.of()));
            }
            Message reply = Message.assistant(saying());
            messages.add(
                    number % 4 == 3
                            ? new Message(
                                    Message.Role.ASSISTANT,
                                    reply.content(),
                                    "I think: " + saying(),
                                    List.of(),
                                    null,
                                    null,
                                    1,
                                    Map.of())
                            : reply);
        }
        return new Row.Conversation(messages, 0, tools ? List.of(json(TOOL)) : List.of());
    }

    private String saying() {
        return SAYINGS.get(random.nextInt(SAYINGS.size()));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Path reference() {
        String reference = System.getProperty("hone.reference", "");
        Assumptions.assumeFalse(reference.isEmpty(), "hone.reference is not set, so there are no templates to read");
        return Path.of(reference);
    }
}
