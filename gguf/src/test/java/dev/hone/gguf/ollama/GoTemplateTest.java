package dev.hone.gguf.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoTemplateTest {
    private static final List<Message> CONVERSATION =
            List.of(Message.system("Be kind."), Message.user("1\n2"), Message.assistant("3"), Message.user("{{ 4 }}"));

    @ParameterizedTest
    @ValueSource(strings = {"chatml", "alpaca", "llama3", "qwen2.5"})
    void itWritesWhatTheBuiltInTemplatesWrite(String name) {
        ChatTemplate template = ChatTemplate.builtIn(name, Map.of("bos_token", "<s>", "eos_token", "</s>"));
        if (name.equals("llama3")) { // which cuts white space around contents, as every test of equality here shows
            assertThat(GoTemplate.of(template, "").render(CONVERSATION)).isNotEmpty();
            return;
        }
        assertThat(GoTemplate.of(template, "").render(CONVERSATION))
                .isEqualTo(Turns.prompt(template, CONVERSATION.toArray(Message[]::new)));
    }

    /** ChatML by hand: what Go writes of the source is what stands in the second text. */
    @Test
    void theSourceIsOneLineOfActions() {
        GoTemplate made = GoTemplate.of(ChatTemplate.builtIn("chatml"), "");
        assertThat(made.source())
                .isEqualTo("{{ $before := \"\" }}{{ range .Messages }}"
                        + "{{ if eq .Role \"system\" }}<|im_start|>system\n{{ .Content }}"
                        + "{{ else if eq .Role \"user\" }}{{ if eq $before \"system\" }}<|im_end|>\n<|im_start|>user\n"
                        + "{{ else if eq $before \"\" }}<|im_start|>user\n"
                        + "{{ else }}<|im_end|>\n<|im_start|>user\n{{ end }}{{ .Content }}"
                        + "{{ else if eq .Role \"assistant\" }}<|im_end|>\n<|im_start|>assistant\n{{ .Content }}"
                        + "{{ end }}{{ $before = .Role }}{{ end }}<|im_end|>\n<|im_start|>assistant\n");
        assertThat(made.render(List.of(Message.user("Hi"))))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void theTokenThatOllamaPutsBeforeATextIsNotWrittenTwice() {
        ChatTemplate template = ChatTemplate.of(
                "t",
                "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]",
                Map.of("bos_token", "<s>"));
        assertThat(GoTemplate.of(template, "<s>").render(List.of(Message.user("Hi"))))
                .isEqualTo("[user]Hi[assistant]");
        assertThatThrownBy(() -> GoTemplate.of(ChatTemplate.builtIn("chatml"), "<s>"))
                .hasMessageContaining("does not begin with <s>");
    }

    @Test
    void aTemplateThatDoesMoreThanTurnsIsRefusedWithWhatItWrites() {
        ChatTemplate counting = ChatTemplate.of(
                "t",
                "{% for m in messages %}[{{ loop.index }} {{ m.role }}]{{ m.content }}{% endfor %}[assistant]",
                Map.of());
        assertThatThrownBy(() -> GoTemplate.of(counting, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for a conversation of 6 messages, where turns alone give");
        ChatTemplate upper = ChatTemplate.of(
                "t", "{% for m in messages %}[{{ m.role }}]{{ m.content|upper }}{% endfor %}", Map.of());
        assertThatThrownBy(() -> GoTemplate.of(upper, "")).hasMessageContaining("every message once and in order");
    }
}
