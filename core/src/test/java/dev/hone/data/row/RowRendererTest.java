package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.error.DataException;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each format of a row, as the tokens that are read and the [[stretches]] that are trained. */
class RowRendererTest {
    private static final String CHAT =
            "{'messages': [{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello!'},"
                    + " {'role': 'user', 'content': '2+2?'}, {'role': 'assistant', 'content': '4'}]}";

    @TempDir
    Path folder;

    private TokenizerFile tokenizer;

    @BeforeEach
    void open() {
        tokenizer = TinyTokenizers.bytes(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void textIsTrainedWholeExceptForItsFirstToken() {
        assertThat(marked("{'text': 'abc'}", TrainOn.REPLIES)).isEqualTo("a[[bc<|endoftext|>]]");
    }

    @Test
    void textThatEndsWithTheEndOfTextTokenGetsNoSecondOne() {
        assertThat(marked("{'text': 'abc<|endoftext|>'}", TrainOn.REPLIES)).isEqualTo("a[[bc<|endoftext|>]]");
    }

    @Test
    void aCompletionIsTrainedAndItsPromptIsNot() {
        assertThat(marked("{'prompt': 'Say ', 'completion': 'it'}", TrainOn.REPLIES))
                .isEqualTo("Say [[it<|endoftext|>]]");
        assertThat(marked("{'prompt': 'Say ', 'completion': 'it<|endoftext|>'}", TrainOn.REPLIES))
                .isEqualTo("Say [[it<|endoftext|>]]");
        assertThat(marked("{'prompt': 'Say ', 'completion': 'it'}", TrainOn.ALL))
                .isEqualTo("S[[ay it<|endoftext|>]]");
    }

    /** The only merge that is learned joins a space with the x after it: encoded as one text, the reply would begin inside it. */
    @Test
    void aCompletionIsTrainedWholeAlsoWhereATokenWouldReachOverItsBeginning() {
        try (TokenizerFile merging = TinyTokenizers.learned(folder.resolve("merging"), 1, List.of("a x x x x x x"))) {
            RowRenderer renderer = new RowRenderer(merging, alpaca(), TrainOn.REPLIES);
            RowRenderer.Rendered apart = renderer.render(new Row.PromptCompletion("say ", "xx"), 0, "r:1");
            assertThat(marked(apart.example(), merging)).isEqualTo("say [[xx<|endoftext|>]]");
            assertThat(apart.apart()).isTrue();
            assertThat(Arrays.copyOf(apart.example().tokens(), 4)).containsExactly(merging.ids("say ", Specials.ADD));
            RowRenderer.Rendered joint = renderer.render(new Row.PromptCompletion("say", " x"), 0, "r:1");
            assertThat(joint.apart()).isFalse();
            assertThat(joint.example().tokens()).startsWith(merging.ids("say x", Specials.ADD));
        }
    }

    @Test
    void aPromptThatIsAStringIsAUsersTurnWhereAskedFor() {
        Row row = new Row.PromptCompletion("Hi", "Hello!");
        ChatTemplate chatml = ChatTemplate.builtIn("chatml");
        RowRenderer chat = new RowRenderer(tokenizer, chatml, TrainOn.REPLIES).with(Prompts.CHAT);
        assertThat(marked(chat.render(row, 0, "r:1").example(), tokenizer))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[[Hello!<|im_end|>]]\n");
        assertThat(marked("{'text': 'abc'}", TrainOn.REPLIES)).isEqualTo("a[[bc<|endoftext|>]]");
    }

    /** A template that tells no content from an empty one, and writes arguments as they are given. */
    @Test
    void contentOfNullAndArgumentsThatAreTextReachTheTemplateAsTheyAre() {
        ChatTemplate template = ChatTemplate.of(
                "given",
                "{% for m in messages %}{{ m.role + ':' }}{% if m.content is none %}{% for c in m.tool_calls %}"
                        + "{{ c.function.name + ' ' + c.function.arguments }}{% endfor %}{% else %}{{ m.content }}{% endif %}"
                        + "{{ '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}",
                Map.of());
        String call =
                "{'messages': [{'role': 'user', 'content': 'Hot?'}, {'role': 'assistant', 'content': null, 'tool_calls':"
                        + " [{'function': {'name': 'heat', 'arguments': '{\\'in\\':1.0}'}}]}]}";
        assertThat(marked(call, TrainOn.REPLIES, template))
                .isEqualTo("user:Hot?<|im_end|>assistant:[[heat {\"in\":1.0}<|im_end|>]]");
        assertThat(marked(call, TrainOn.REPLIES, ChatTemplate.builtIn("qwen2.5")))
                .contains(
                        "[[<tool_call>\n{\"name\": \"heat\", \"arguments\": {\"in\": 1.0}}\n</tool_call><|im_end|>]]");
    }

    /** Prompt 1 2 3, completion 4 5 and the end 256: three targets, predicted by positions 2, 3 and 4. */
    /** R1's templates write calls of a turn without content only; data has an empty one as often. */
    @Test
    void aCallBesideAnEmptyContentIsWrittenLikeOneWithoutContent() {
        ChatTemplate calls = ChatTemplate.of(
                "r1",
                "{% for m in messages %}{{ m.role + ':' }}{% if m.content is none %}{% for c in m.tool_calls %}"
                        + "{{ c.function.name }}{% endfor %}{% else %}{{ m.content }}{% endif %}{{ '\n' }}{% endfor %}"
                        + "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}",
                Map.of());
        String row = "{'messages': [{'role': 'user', 'content': 'W?'}, {'role': 'assistant', 'content': %s,"
                + " 'tool_calls': [{'function': {'name': 'look_up', 'arguments': {}}}]}]}";
        for (String content : List.of("null", "''")) {
            Row read = RowFormat.read(json(row.formatted(content)), "r:1");
            RowRenderer.Rendered rendered = new RowRenderer(tokenizer, calls, TrainOn.REPLIES).render(read, 0, "r:1");
            assertThat(marked(rendered.example(), tokenizer)).isEqualTo("user:W?\nassistant:[[look_up\n]]");
        }
    }

    @Test
    void theTargetsOfACompletionArePredictedFromTheTokenBefore() {
        Example example = render("{'prompt': '\\\"#$', 'completion': '%&'}", TrainOn.REPLIES)
                .example();
        assertThat(example.tokens()).containsExactly(1, 2, 3, 4, 5, 256);
        assertThat(example.weights()).containsExactly(0, 0, 0, 1, 1, 1);
        Targets targets = Batch.of(List.of(example)).targets();
        assertThat(targets.position()).containsExactly(2, 3, 4);
        assertThat(targets.token()).containsExactly(4, 5, 256);
    }

    @Test
    void repliesOfAConversationAreTrainedWithTheTokenThatEndsThem() {
        assertThat(marked(CHAT, TrainOn.REPLIES))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[[Hello!<|im_end|>]]\n"
                        + "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n[[4<|im_end|>]]\n");
    }

    @Test
    void onlyTheLastReplyIsTrainedWhereThatIsAskedFor() {
        assertThat(marked(CHAT, TrainOn.LAST_REPLY))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
                        + "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n[[4<|im_end|>]]\n");
    }

    @Test
    void aReplyOfWeightZeroIsContext() {
        assertThat(marked(CHAT.replace("'Hello!'", "'Hello!', 'weight': 0"), TrainOn.REPLIES))
                .isEqualTo(marked(CHAT, TrainOn.LAST_REPLY));
    }

    @Test
    void theTokensOfAReplyWeighWhatTheReplyWeighs() {
        Example example = render(CHAT.replace("'Hello!'", "'Hello!', 'weight': 0.5"), TrainOn.REPLIES)
                .example();
        float[] weights = example.weights();
        assertThat(IntStream.range(0, weights.length)
                        .filter(i -> weights[i] > 0)
                        .mapToObj(i -> weights[i]))
                .containsExactly(0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1f, 1f); // Hello! and its end, 4 and its end
    }

    @Test
    void reasoningIsTrainedBeforeTheAnswer() {
        String row = CHAT.replace("'content': '4'", "'content': '4', 'reasoning_content': 'two twos'");
        assertThat(marked(row, TrainOn.LAST_REPLY)).endsWith("[[<think>\ntwo twos\n</think>\n\n4<|im_end|>]]\n");
    }

    @Test
    void aToolCallIsTrainedAndItsResultIsNot() {
        String row = "{'messages': [{'role': 'user', 'content': 'Hot?'}, {'role': 'assistant', 'content': '',"
                + " 'tool_calls': [{'function': {'name': 'heat', 'arguments': {'in': 'Seoul'}}}]},"
                + " {'role': 'tool', 'name': 'heat', 'content': '30'}, {'role': 'assistant', 'content': 'Yes.'}]}";
        assertThat(marked(row, TrainOn.REPLIES, ChatTemplate.builtIn("qwen2.5")))
                .contains(
                        "[[<tool_call>\n{\"name\": \"heat\", \"arguments\": {\"in\": \"Seoul\"}}\n</tool_call><|im_end|>]]")
                .contains("<tool_response>\n30\n</tool_response>")
                .endsWith("[[Yes.<|im_end|>]]\n");
    }

    @Test
    void whatATemplateWouldLeaveOutOfAReplyIsRefused() {
        String thought = CHAT.replace("'content': '4'", "'content': '4', 'reasoning_content': 'two twos'");
        assertThatThrownBy(() -> render(thought, TrainOn.REPLIES, ChatTemplate.builtIn("qwen2.5")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("here.jsonl:7: the reply's reasoning_content is not written by the template");
    }

    @Test
    void theMessagesOfAPromptAreContextEvenWhereTheAssistantSpeaks() {
        String row = CHAT.replace("'messages'", "'prompt'")
                .replace(
                        "{'role': 'assistant', 'content': '4'}]}",
                        "], 'completion': [{'role': 'assistant', 'content': '4'}]}")
                .replace("}, ],", "}],");
        assertThat(marked(row, TrainOn.REPLIES)).isEqualTo(marked(CHAT, TrainOn.LAST_REPLY));
    }

    @Test
    void alpacaRowsBecomeItsOwnTextUnderItsOwnTemplate() {
        assertThat(marked("{'instruction': 'Add.', 'input': '2 2', 'output': '4'}", TrainOn.REPLIES, alpaca()))
                .isEqualTo("Below is an instruction that describes a task, paired with an input that provides further"
                        + " context. Write a response that appropriately completes the request.\n\n"
                        + "### Instruction:\nAdd.\n\n### Input:\n2 2\n\n### Response:[[4<|endoftext|>]]");
        assertThat(marked("{'instruction': 'Sing.', 'input': '', 'output': 'La'}", TrainOn.REPLIES, alpaca()))
                .isEqualTo("Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request.\n\n### Instruction:\nSing.\n\n### Response:[[La<|endoftext|>]]");
    }

    @Test
    void aSystemTextTakesThePlaceOfAlpacasOpening() {
        assertThat(marked(
                        "{'instruction': 'Sing.', 'output': 'La', 'system': 'You are a bird.'}",
                        TrainOn.REPLIES,
                        alpaca()))
                .isEqualTo("You are a bird.\n\n### Instruction:\nSing.\n\n### Response:[[La<|endoftext|>]]");
    }

    @Test
    void alpacaRowsBecomeConversationsUnderAChatTemplate() {
        assertThat(marked(
                        "{'instruction': 'Add.', 'input': '2 2', 'output': '4', 'system': 'Be brief.',"
                                + " 'history': [['Hi', 'Hello!']]}",
                        TrainOn.REPLIES))
                .isEqualTo("<|im_start|>system\nBe brief.<|im_end|>\n"
                        + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[[Hello!<|im_end|>]]\n"
                        + "<|im_start|>user\nAdd.\n2 2<|im_end|>\n<|im_start|>assistant\n[[4<|im_end|>]]\n");
        assertThat(marked("{'instruction': 'Add.', 'input': null, 'output': '4', 'history': []}", TrainOn.REPLIES))
                .isEqualTo("<|im_start|>user\nAdd.<|im_end|>\n<|im_start|>assistant\n[[4<|im_end|>]]\n");
    }

    /** An emoji is two UTF-16 units, one code point and four tokens: marks that counted anything else would be off. */
    @Test
    void marksStandWhereTheyShouldBehindAnEmoji() {
        assertThat(marked(CHAT.replace("'Hi'", "'Hi 😀👍🏽'").replace("'Hello!'", "'é 😀'"), TrainOn.REPLIES))
                .contains("Hi 😀👍🏽<|im_end|>\n<|im_start|>assistant\n[[é 😀<|im_end|>]]\n<|im_start|>user");
    }

    @Test
    void theTokensAreThoseOfTheWholeTextAlsoWhereMergesReachOverAMessagesEdge() {
        try (TokenizerFile merging =
                TinyTokenizers.learned(folder.resolve("merging"), 40, List.of("user assistant Hello ! 2+2"))) {
            RowRenderer.Rendered rendered = new RowRenderer(merging, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES)
                    .render(RowFormat.read(json(CHAT), "here:1"), 0, "here:1");
            assertThat(rendered.example().tokens()).containsExactly(merging.ids(rendered.text(), Specials.NONE));
            assertThat(marked(rendered.example(), merging)).isEqualTo(marked(CHAT, TrainOn.REPLIES));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'text': ''} | text is empty",
                "{'prompt': 'Say', 'completion': ''} | completion is empty",
                "{'messages': [{'role': 'user', 'content': 'Hi'}]} | ends with a user turn",
                "{'messages': []} | messages must be a list of messages",
                "{'messages': [{'role': 'robot', 'content': 'Hi'}]} | messages[0]: role (robot) must be one of system",
                "{'prompt': 'Say', 'completion': 5} | completion must be a string",
                "{'text': ['a']} | text must be a string",
                "{'instruction': 'Add.', 'output': '4', 'input': [2, 2]} | input must be a string",
                "{'instruction': 'Add.', 'output': '4', 'history': 'none'} | history must be a list",
                "{'instruction': 'Add.', 'output': '4', 'history': [['a']]} | history must be a list",
                "{'question': 'Why?', 'reply': 'So.'} | columns [question, reply] are not a format"
            })
    void aRowThatCannotBeTrainedOnIsRefusedWithItsPlaceAndTheReason(String rowAndReason) {
        String[] parts = rowAndReason.split(" \\| ", 2);
        assertThatThrownBy(() -> render(parts[0], TrainOn.REPLIES))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("here.jsonl:7: ")
                .hasMessageContaining(parts[1]);
    }

    @Test
    void aConversationWithoutATemplateSaysWhichThereAre() {
        assertThatThrownBy(() -> render(CHAT, TrainOn.REPLIES, null))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("here.jsonl:7: is a conversation, and the model has no chat template")
                .hasMessageContaining("chatml, alpaca, llama3, qwen2.5");
    }

    private static ChatTemplate alpaca() {
        return ChatTemplate.builtIn("alpaca", Map.of("eos_token", "<|endoftext|>"));
    }

    private String marked(String row, TrainOn learn) {
        return marked(row, learn, ChatTemplate.builtIn("chatml"));
    }

    private String marked(String row, TrainOn learn, @Nullable ChatTemplate template) {
        return marked(render(row, learn, template).example(), tokenizer);
    }

    private static String marked(Example example, TokenizerFile tokenizer) {
        StringBuilder text = new StringBuilder();
        int[] ids = example.tokens();
        for (int from = 0, to; from < ids.length; from = to) {
            boolean learned = learned(example, from);
            for (to = from + 1; to < ids.length && learned(example, to) == learned; ) {
                to++;
            }
            String part = tokenizer.decode(Arrays.copyOfRange(ids, from, to));
            text.append(learned ? "[[" + part + "]]" : part);
        }
        return text.toString();
    }

    private static boolean learned(Example example, int token) {
        return token > 0 && example.weights()[token] != 0;
    }

    private RowRenderer.Rendered render(String row, TrainOn learn) {
        return render(row, learn, ChatTemplate.builtIn("chatml"));
    }

    private RowRenderer.Rendered render(String row, TrainOn learn, @Nullable ChatTemplate template) {
        String place = "here.jsonl:7";
        return new RowRenderer(tokenizer, template, learn).render(RowFormat.read(json(row), place), 0, place);
    }

    private static ObjectNode json(String singleQuoted) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }
}
