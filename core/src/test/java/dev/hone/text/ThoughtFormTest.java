package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A reply is written with its reasoning as the model generates it, whatever the template calls that and whether it keeps it. */
class ThoughtFormTest {
    private static final List<Message> ASKED = List.of(
            Message.user("q"), new Message(Message.Role.ASSISTANT, "a", "r", List.of(), null, null, 1, Map.of()));

    @Test
    void aTemplateThatCallsReasoningThinkingIsGivenIt() {
        assertThat(reply("""
                {%- for message in messages %}<{{ message.role }}>{% if message.thinking %}[{{ message.thinking }}]{% endif %}{{ message.content }}{% endfor %}
                {%- if add_generation_prompt %}<assistant>{% endif %}""", Map.of()).reply()).isEqualTo("[r]a");
    }

    @Test
    void aTemplateThatReadsReasoningAsAPartOfTheContentIsGivenParts() {
        assertThat(reply("""
                {%- for message in messages %}<{{ message.role }}>
                {%- if message.content is string %}{{ message.content }}{% else %}
                {%- for block in message.content %}{% if block['type'] == 'thinking' %}[{{ block['thinking'] }}]{% else %}{{ block['text'] }}{% endif %}{% endfor %}
                {%- endif %}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}""", Map.of()).reply()).isEqualTo("[r]a");
    }

    /** As Gemma 4: the answer of a turn is kept alone, and the prompt ends the reasoning unless thinking is on. */
    private static final String CHANNEL = """
            {%- for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}
            {%- if add_generation_prompt %}<assistant>{% if not enable_thinking %}<|channel>thought\\n<channel|>{% endif %}{% endif %}""";

    @Test
    void reasoningThatTheTemplateLeavesOutIsWrittenInItsChannelWhereThinkingIsOn() {
        RenderedReply on = reply(CHANNEL, Map.of("enable_thinking", "true"));
        assertThat(on.prompt()).isEqualTo("<user>q<assistant>");
        assertThat(on.reply()).isEqualTo("<|channel>thought\nr\n<channel|>a");
        assertThat(reply(CHANNEL, Map.of()).reply()).isEqualTo("a");
    }

    /** As DeepSeek V3.1: a turn that is there has an empty thought, and a prompt opens one. */
    @Test
    void aThoughtThatThePromptOpensIsFilled() {
        assertThat(reply("""
                {%- for message in messages %}<{{ message.role }}>{% if message.role == 'assistant' %}<think></think>{% endif %}{{ message.content }}{% endfor %}
                {%- if add_generation_prompt %}<assistant><think>{% endif %}""", Map.of()).reply()).isEqualTo("r</think>a");
    }

    /** As SmolLM3: the template writes the content, and the model thinks before it. */
    @Test
    void aThoughtBeginsTheReplyWhereThePromptDoesNotOpenIt() {
        assertThat(reply("""
                {%- for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}
                {%- if add_generation_prompt %}<assistant>{% if silent %}<think>\\n\\n</think>\\n{% endif %}{% endif %}""", Map.of()).reply()).isEqualTo("<think>\nr\n</think>\na");
    }

    @Test
    void aTemplateWithoutReasoningGetsNone() {
        assertThat(reply(
                                "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}",
                                Map.of())
                        .reply())
                .isEqualTo("a");
    }

    @Test
    void argumentsOfATemplateAreItsFirstLineAndMayBeReplacedByWhoRendersIt() {
        ChatTemplate template = ChatTemplate.of("t", "{{ mode }} {{ number + 1 }}", Map.of())
                .with(TemplateArguments.of(Map.of("mode", "it's", "number", "2")));
        assertThat(template.source())
                .isEqualTo("{%- set mode = mode if mode is defined else 'it\\'s' %}"
                        + "{%- set number = number if number is defined else 2 %}\n{{ mode }} {{ number + 1 }}");
        assertThat(template.text(List.of(), List.of(), ChatTemplate.Options.conversation()))
                .isEqualTo("it's 3");
        assertThat(template.text(
                        List.of(),
                        List.of(),
                        ChatTemplate.Options.conversation().with("mode", "other")))
                .isEqualTo("other 3");
    }

    private static RenderedReply reply(String template, Map<String, String> arguments) {
        return ChatTemplate.of("t", template, Map.of())
                .with(TemplateArguments.of(arguments))
                .reply(ASKED, 1, List.of());
    }
}
