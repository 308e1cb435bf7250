package dev.hone.text;

import static dev.hone.text.Message.assistant;
import static dev.hone.text.Message.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.text.ChatTemplate.Options;
import dev.hone.text.ChatTemplate.PromptEnd;
import dev.hone.text.ChatTemplate.Replies;
import dev.hone.text.jinja.TemplateException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final List<Message> TALK = List.of(user("Hi"), assistant("Hello!"), user("2+2?"), assistant("4"));

    /** Marks nothing itself. */
    private static final String UNMARKED = "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>\n{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";

    /** Drops what stands before a closing think tag in all but the last message. */
    private static final String FORGETFUL = "{% for m in messages %}<{{ m.role }}>"
            + "{{ m.content if loop.last else m.content.split('</think>')[-1] }}<end>\n{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";

    private static ChatTemplate template(String jinja) {
        return ChatTemplate.of("t", jinja, Map.of("bos_token", "<s>"));
    }

    @Test
    void marksOfTheTemplateAreTheReplies() {
        assertThat(ChatTemplate.builtIn("llama3").render(TALK).replies())
                .containsExactly("Hello!<|eot_id|>", "4<|eot_id|>");
    }

    /** A block may start right behind the role and so take the line feed along. */
    @Test
    void marksCountAsTheyStand() {
        ChatTemplate chat = template("{% for m in messages %}{{ '<|im_start|>' + m.role }}{% generation %}"
                + "{{ '\n' + m.content + '<|im_end|>\n' }}{% endgeneration %}{% endfor %}");
        assertThat(chat.marksReplies()).isTrue();
        assertThat(chat.render(List.of(assistant("Hello!"))).replies()).containsExactly("\nHello!<|im_end|>\n");
    }

    @Test
    void withoutMarksAReplyIsWhatItAddsToThePrompt() {
        ChatTemplate chat = template(UNMARKED);
        assertThat(chat.marksReplies()).isFalse();
        assertThat(chat.render(TALK).replies()).containsExactly("Hello!<end>\n", "4<end>\n");
        assertThat(chat.render(TALK.subList(0, 3), List.of(), Options.prompt()).replies())
                .containsExactly("Hello!<end>\n");
    }

    @Test
    void marksInsideAMacroAreFoundTheSameWay() {
        ChatTemplate chat =
                template("{% macro say(m) %}{% generation %}{{ m.content }}.{% endgeneration %}{% endmacro %}"
                        + "{% for m in messages %}{{ m.role }}:{{ say(m) if m.role == 'assistant' else m.content }}\n{% endfor %}"
                        + "{% if add_generation_prompt %}assistant:{% endif %}");
        assertThat(chat.render(TALK).replies()).containsExactly("Hello!.\n", "4.\n");
    }

    @Test
    void offsetsAreCharactersOfJavaAndCodePointsOnRequest() {
        RenderedChat chat =
                template(UNMARKED).render(List.of(user("🙂🙂"), assistant("a🙂"), user("🙂"), assistant("b")));
        assertThat(chat.replies()).containsExactly("a🙂<end>\n", "b<end>\n");
        int[] points = chat.text().codePoints().toArray();
        List<String> replies = chat.generatedCodePoints().stream()
                .map(span -> new String(points, span.start(), span.end() - span.start()))
                .toList();
        assertThat(replies).isEqualTo(chat.replies());
        assertThat(chat.generatedCodePoints().get(0).start())
                .isEqualTo(chat.generated().get(0).start() - 2);
    }

    @Test
    void turnsOfWeightZeroAreContextOnly() {
        List<Message> weighted = List.of(user("Hi"), assistant("Hello!").withWeight(0), user("2+2?"), assistant("4"));
        assertThat(ChatTemplate.builtIn("chatml").render(weighted).replies()).containsExactly("4<|im_end|>");
        assertThat(template(UNMARKED).render(weighted).replies()).containsExactly("4<end>\n");
    }

    /** Two marks for each reply: which of them belong to the reply of weight 0 is found by rendering the parts. */
    @Test
    void weightZeroWorksWithSeveralMarksAReply() {
        ChatTemplate chat = template(
                "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}"
                        + "{% generation %}{{ m.content }}{% endgeneration %}|{% generation %}!{% endgeneration %}"
                        + "{% else %}{{ m.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}");
        List<Message> weighted = List.of(user("Hi"), assistant("Hello").withWeight(0), user("2+2?"), assistant("4"));
        assertThat(chat.render(weighted).replies()).containsExactly("4", "!");
    }

    @Test
    void aTemplateThatRewritesItsHistoryIsRefusedUnlessOnlyTheLastReplyCounts() {
        List<Message> thoughts = List.of(user("Q1"), assistant("r1</think>A1"), user("Q2"), assistant("r2</think>A2"));
        ChatTemplate chat = template(FORGETFUL);
        assertThatThrownBy(() -> chat.render(thoughts))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(
                        "t: the reply in message 2 of 4 cannot be distinguished from the rest: from character 25 on")
                .hasMessageContaining("the template rewrites earlier text");
        assertThat(chat.render(thoughts, List.of(), Options.conversation().generating(Replies.LAST))
                        .replies())
                .containsExactly("r2</think>A2<end>\n");
        assertThat(chat.text(thoughts, List.of(), Options.conversation()))
                .startsWith("<user>Q1<end>\n<assistant>A1<end>");
    }

    @Test
    void aPromptThatOpensAThoughtIsNotTheStartOfAReplyWithoutOne() {
        ChatTemplate chat = template(UNMARKED.replace("<assistant>{%", "<assistant><think>{%"));
        assertThatThrownBy(() -> chat.render(TALK))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("message 2 of 4")
                .hasMessageContaining(
                        "from character 25 on, the template opens a reply that is to be written otherwise");
        assertThat(chat.render(List.of(user("Hi"), assistant("<think>r</think>a")))
                        .replies())
                .containsExactly("r</think>a<end>\n");
    }

    @Test
    void aTemplateThatRefusesPartsSaysWhich() {
        ChatTemplate chat = template("{{ raise_exception('too short') if messages | length < 3 }}" + UNMARKED);
        assertThatThrownBy(() -> chat.render(TALK))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("first 1 of 4 messages alone: the template refuses: too short");
    }

    @Test
    void anOpenMessageEndsWithItsContent() {
        Options open = Options.conversation().endingWith(PromptEnd.OPEN_MESSAGE);
        List<Message> talk = List.of(user("Hi"), assistant("e"));
        assertThat(template(UNMARKED).text(talk, List.of(), open)).isEqualTo("<user>Hi<end>\n<assistant>e");
        assertThat(template(UNMARKED).render(talk, List.of(), open).replies()).containsExactly("e");
        assertThat(ChatTemplate.builtIn("chatml").render(talk, List.of(), open).replies())
                .containsExactly("e");
    }

    /** Llama 3 trims contents; ChatML does not. */
    @Test
    void anOpenMessageKeepsItsTrailingSpaceWhereTheTemplateDoes() {
        Options open = Options.conversation().endingWith(PromptEnd.OPEN_MESSAGE);
        List<Message> talk = List.of(user("Hi"), assistant(" So, "));
        assertThat(ChatTemplate.builtIn("chatml").text(talk, List.of(), open)).endsWith("assistant\n So, ");
        assertThat(ChatTemplate.builtIn("llama3").text(talk, List.of(), open)).endsWith("<|end_header_id|>\n\nSo,");
    }

    @Test
    void aTemplateThatChangesTheLastContentCannotLeaveItOpen() {
        Options open = Options.conversation().endingWith(PromptEnd.OPEN_MESSAGE);
        ChatTemplate shouting = template("{{ messages[-1].content | length }}:{{ messages[-1].content }}");
        assertThatThrownBy(() -> shouting.text(TALK, List.of(), open)).hasMessageContaining("cannot be continued");
        assertThatThrownBy(() -> shouting.text(List.of(), List.of(), open)).hasMessageContaining("no last message");
    }

    @Test
    void theTemplateSeesTokensDateAndExtraVariables() {
        ChatTemplate chat = template(
                        "{{ bos_token }}{{ tools is none }}{{ flag }}{{ strftime_now('%Y') }}{{ messages[0].mood }}")
                .at(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        Message message = user("Hi").with("mood", "calm");
        assertThat(chat.text(List.of(message), List.of(), Options.prompt().with("flag", 7)))
                .isEqualTo("<s>True71970calm");
    }

    @Test
    void theFingerprintFollowsTheText() {
        assertThat(template("a").fingerprint())
                .isEqualTo("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assertThat(template("b").fingerprint()).isNotEqualTo(template("a").fingerprint());
    }

    @Test
    void severalThreadsMayRenderAtOnce() {
        ChatTemplate chat = ChatTemplate.builtIn("llama3");
        RenderedChat expected = chat.render(TALK);
        assertThat(java.util.stream.IntStream.range(0, 200).parallel().mapToObj(i -> chat.render(TALK)))
                .allMatch(expected::equals);
    }
}
