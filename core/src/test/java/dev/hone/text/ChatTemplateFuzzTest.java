package dev.hone.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.testkit.Hostile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whatever a template says, and whatever it is given: it renders, or it is refused by name. */
class ChatTemplateFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path NAME = Path.of("hostile.jinja");
    private static final List<JsonNode> TOOLS =
            List.of(JSON.createObjectNode().put("name", "f").put("n", 3.5));

    @FuzzTest(maxDuration = "15m")
    void template(byte[] source) {
        String jinja = new String(source, StandardCharsets.UTF_8);
        Hostile.read(NAME, () -> {
            ChatTemplate template =
                    ChatTemplate.of(NAME.toString(), jinja, Map.of("bos_token", "<s>", "eos_token", "</s>"));
            List<Message> messages =
                    List.of(Message.system("s"), Message.user(" a🙂 "), Message.assistant("b"), Message.user("c"));
            Hostile.read(NAME, () -> template.text(messages, TOOLS, ChatTemplate.Options.prompt()));
            Hostile.read(NAME, () -> template.render(messages.subList(0, 3)));
        });
    }

    /** The input is a list of messages as rows of data hold it. */
    @FuzzTest(maxDuration = "15m")
    void messages(byte[] json) {
        List<Message> messages = new ArrayList<>();
        try {
            JsonNode list = JSON.readTree(new String(json, StandardCharsets.UTF_8));
            list.forEach(message -> messages.add(Message.from(message)));
        } catch (JsonProcessingException | IllegalArgumentException refused) {
            return;
        }
        for (String name : BuiltInTemplates.names()) {
            ChatTemplate template = ChatTemplate.builtIn(name);
            Hostile.read(Path.of(name), () -> template.render(messages));
            Hostile.read(Path.of(name), () -> template.text(messages, TOOLS, ChatTemplate.Options.prompt()));
            Hostile.read(
                    Path.of(name),
                    () -> template.text(
                            messages,
                            List.of(),
                            ChatTemplate.Options.conversation().endingWith(ChatTemplate.PromptEnd.OPEN_MESSAGE)));
        }
    }
}
