package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.text.ChatTemplate.Options;
import dev.hone.text.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTemplatesTest {
    private static final List<Message> HI = List.of(Message.user("Hi"));
    private static final List<JsonNode> TOOLS =
            List.of(JsonNodeFactory.instance.objectNode().put("name", "f"));

    @TempDir
    Path folder;

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), json.replace('\'', '"'));
    }

    private String text(List<JsonNode> tools) {
        return ChatTemplate.fromCheckpoint(folder).text(HI, tools, Options.conversation());
    }

    @Test
    void theTemplateIsReadFromTheTokenizersConfiguration() throws IOException {
        config("{'bos_token':'<s>','eos_token':{'content':'</s>','lstrip':false},'unk_token':null,"
                + "'chat_template':'{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ unk_token }}'}");
        assertThat(text(List.of())).isEqualTo("<s>Hi</s>");
        assertThat(ChatTemplate.fromCheckpoint(folder).specialTokens()).containsOnlyKeys("bos_token", "eos_token");
    }

    @Test
    void aTemplateFileGoesFirst() throws IOException {
        config("{'bos_token':'<s>','chat_template':'config'}");
        Files.writeString(folder.resolve("chat_template.jinja"), "file{{ bos_token }}");
        assertThat(text(TOOLS)).isEqualTo("file<s>");
        Files.createDirectory(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), "tools");
        assertThat(text(TOOLS)).isEqualTo("tools");
        assertThat(text(List.of())).isEqualTo("file<s>");
    }

    @Test
    void ofSeveralTemplatesToolsPickTheirOwn() throws IOException {
        config("{'chat_template':[{'name':'default','template':'plain'},{'name':'tool_use','template':'tools'}]}");
        assertThat(text(List.of())).isEqualTo("plain");
        assertThat(text(TOOLS)).isEqualTo("tools");
        String both = ChatTemplate.fromCheckpoint(folder).fingerprint();
        config("{'chat_template':[{'name':'rag','template':'r'},{'name':'tool_use','template':'tools'}]}");
        assertThatThrownBy(() -> ChatTemplate.fromCheckpoint(folder))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("none of the templates (rag, tool_use) is called default");
        config("{'chat_template':[{'name':'default','template':'plain'}]}");
        assertThat(text(TOOLS)).isEqualTo("plain");
        assertThat(ChatTemplate.fromCheckpoint(folder).fingerprint()).isNotEqualTo(both);
    }

    @Test
    void tokensTheConfigurationLacksComeFromTheMap() throws IOException {
        config("{'eos_token':'</s>','chat_template':'{{ bos_token }}{{ eos_token }}'}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"bos_token\":\"<s>\",\"eos_token\":\"<e>\"}");
        assertThat(text(List.of())).isEqualTo("<s></s>");
    }

    @Test
    void aFolderWithoutTemplateNamesTheBuiltInOnes() {
        assertThatThrownBy(() -> ChatTemplate.fromCheckpoint(folder))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(folder + ": has no chat template")
                .hasMessageEndingWith("choose a built-in one: alpaca, chatml, llama3, qwen2.5");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        config("{'chat_template':");
        assertThatThrownBy(() -> ChatTemplate.fromCheckpoint(folder))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("tokenizer_config.json: cannot be read as JSON");
        config("{'chat_template':'{{ '}");
        assertThatThrownBy(() -> ChatTemplate.fromCheckpoint(folder))
                .hasMessageContaining("tokenizer_config.json (chat_template):1: ");
    }

    /** The built-in formats and the templates of the checkpoints they are named after write a conversation alike, apart from the dates that Llama 3.1 added. */
    @ParameterizedTest
    @CsvSource({"qwen2.5, qwen2.5", "llama3, llama3"})
    void publishedCheckpointsRenderLikeTheBuiltInFormats(String checkpoint, String builtIn) {
        String reference = System.getProperty("hone.reference", "");
        Assumptions.assumeFalse(reference.isEmpty(), "hone.reference is not set, so there are no checkpoints to read");
        ChatTemplate published = ChatTemplate.fromCheckpoint(Path.of(reference, "tokenizers", checkpoint));
        List<Message> talk = List.of(
                Message.system("Be brief."),
                Message.user("Hi 🙂"),
                Message.assistant("Hello!"),
                Message.user("2+2?"),
                Message.assistant("4"));
        RenderedChat expected = ChatTemplate.builtIn(builtIn).render(talk);
        RenderedChat actual = published.render(talk);
        assertThat(actual.text().replaceFirst("Cutting Knowledge Date: .*\n.*\n\n", ""))
                .isEqualTo(expected.text());
        assertThat(actual.replies().stream().map(String::stripTrailing).toList())
                .isEqualTo(expected.replies());
    }
}
