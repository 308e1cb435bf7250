package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.dataset.TextDataset;
import dev.hone.error.DataException;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import dev.hone.text.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations under templates that rewrite them as they continue: what is trained, and after what. */
class ReplyByReplyTest {
    private static final String OPENING = "{% if add_generation_prompt %}{{ '<|im_start|>A:' }}{% endif %}";
    /** The last reply alone has its reasoning, as Qwen3's. */
    private static final ChatTemplate FORGETFUL = template(
            "forgetful",
            "{% for m in messages %}"
                    + "{% if m.role == 'user' %}{{ '<|im_start|>U:' + m.content + '<|im_end|>' }}{% else %}"
                    + "{{ '<|im_start|>A:' }}{% if loop.last %}{{ '<think>' + (m.reasoning_content or '') + '</think>' }}{% endif %}"
                    + "{{ m.content + '<|im_end|>' }}{% endif %}{% endfor %}" + OPENING);
    /** The system message stands before the last question, if that is the last message, as Mistral's. */
    private static final ChatTemplate LATE_SYSTEM = template(
            "late-system",
            "{% for m in messages %}"
                    + "{% if m.role == 'user' %}{{ '[' }}{% if loop.last and messages[0].role == 'system' %}{{ messages[0].content + '. ' }}"
                    + "{% endif %}{{ m.content + ']' }}{% elif m.role == 'assistant' %}{{ ' ' + m.content + '<|endoftext|>' }}{% endif %}{% endfor %}");
    /** A reply is opened with reasoning, and a reply that is there has none, as R1's. */
    private static final ChatTemplate THINKING = template(
            "thinking",
            "{% for m in messages %}"
                    + "{{ ('<|im_start|>U:' if m.role == 'user' else '<|im_start|>A:') + m.content.split('</think>')[-1] + '<|im_end|>' }}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>A:<think>\n' }}{% endif %}");
    /** The last message is followed by the end of the text, as Phi's. */
    private static final ChatTemplate CLOSING = template(
            "closing",
            "{% for m in messages %}"
                    + "{{ '<|im_start|>' + m.role + ':' + m.content + '<|im_end|>\n' }}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant:' }}{% else %}{{ '<|endoftext|>' }}{% endif %}");

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
    void eachReplyIsASequenceWhereTheTemplateForgetsReasoning() {
        assertThat(marked(FORGETFUL, Message.user("1"), thinking("a", "2"), Message.user("3"), thinking("b", "4")))
                .containsExactly(
                        "<|im_start|>U:1<|im_end|><|im_start|>A:[[<think>a</think>2<|im_end|>]]",
                        "<|im_start|>U:1<|im_end|><|im_start|>A:2<|im_end|><|im_start|>U:3<|im_end|><|im_start|>A:"
                                + "[[<think>b</think>4<|im_end|>]]");
    }

    @Test
    void aReplyOfWeightZeroIsNoSequence() {
        assertThat(marked(
                        FORGETFUL,
                        Message.user("1"),
                        thinking("a", "2").withWeight(0),
                        Message.user("3"),
                        thinking("b", "4").withWeight(0.5)))
                .containsExactly(
                        "<|im_start|>U:1<|im_end|><|im_start|>A:2<|im_end|><|im_start|>U:3<|im_end|><|im_start|>A:"
                                + "[[<think>b</think>4<|im_end|>]]");
    }

    @Test
    void aReplyStandsAfterThePromptOfItsGenerationAlsoWhereTheTemplateWritesThatOtherwiseLater() {
        assertThat(marked(
                        LATE_SYSTEM,
                        Message.system("Be brief"),
                        Message.user("1"),
                        Message.assistant("2"),
                        Message.user("3"),
                        Message.assistant("4")))
                .containsExactly(
                        "[Be brief. 1][[ 2<|endoftext|>]]", "[1] 2<|endoftext|>[Be brief. 3][[ 4<|endoftext|>]]");
    }

    @Test
    void reasoningThatTheTemplateOpensIsTrainedAndEnded() {
        assertThat(marked(THINKING, Message.user("1"), thinking("a", "2"), Message.user("3"), Message.assistant("4")))
                .containsExactly(
                        "<|im_start|>U:1<|im_end|><|im_start|>A:<think>\n[[a\n</think>\n\n2<|im_end|>]]",
                        "<|im_start|>U:1<|im_end|><|im_start|>A:2<|im_end|><|im_start|>U:3<|im_end|><|im_start|>A:<think>\n"
                                + "[[\n</think>\n\n4<|im_end|>]]");
        assertThat(marked(THINKING, Message.user("1"), Message.assistant("<think>\na\n</think>\n\n2")))
                .containsExactly("<|im_start|>U:1<|im_end|><|im_start|>A:<think>\n[[a\n</think>\n\n2<|im_end|>]]");
    }

    @Test
    void aConversationIsOneSequenceWhereOnlyTheEndOfTheTextIsMissingInTheMiddle() {
        assertThat(marked(
                        CLOSING, Message.user("1"), Message.assistant("2"), Message.user("3"), Message.assistant("4")))
                .containsExactly("<|im_start|>user:1<|im_end|>\n<|im_start|>assistant:[[2<|im_end|>\n]]"
                        + "<|im_start|>user:3<|im_end|>\n<|im_start|>assistant:[[4<|im_end|>\n<|endoftext|>]]");
    }

    @Test
    void thePromptsTokensAreThoseOfGeneration() {
        for (ChatTemplate template : List.of(FORGETFUL, LATE_SYSTEM, THINKING, CLOSING)) {
            List<Message> talk = List.of(
                    Message.user("하나?"), Message.assistant("둘 😀"), Message.user("셋?"), Message.assistant("\n넷"));
            List<RowRenderer.Rendered> sequences =
                    render(template, TrainOn.REPLIES, talk).sequences();
            for (int reply = 1; reply < talk.size(); reply += 2) {
                int[] prompt = tokenizer.ids(
                        template.text(talk.subList(0, reply), List.of(), ChatTemplate.Options.prompt()), Specials.NONE);
                assertThat(sequences).as(template.name() + " " + reply).anySatisfy(sequence -> {
                    int[] tokens = sequence.example().tokens();
                    assertThat(Arrays.copyOf(tokens, prompt.length)).containsExactly(prompt);
                    assertThat(sequence.example().weights()[prompt.length]).isEqualTo(1);
                });
            }
        }
    }

    /** Rows keep their number and place; the sequences of one are never apart, and a limit holds for each. */
    @Test
    void aDatasetCountsRowsAndTellsSequences() throws IOException {
        Path file = folder.resolve("talks.jsonl");
        String talk =
                "{\"messages\": [{\"role\": \"user\", \"content\": \"1\"}, {\"role\": \"assistant\", \"content\": \"2\"},"
                        + " {\"role\": \"user\", \"content\": \"3\"}, {\"role\": \"assistant\", \"content\": \"4\"}]}\n";
        Files.writeString(file, talk + talk);
        RowRenderer renderer = new RowRenderer(tokenizer, FORGETFUL, TrainOn.REPLIES);
        List<JsonlFile> files = List.of(JsonlFile.open(file));
        ReadingListener listener = ReadingListener.of(n -> {}, () -> false);
        TextDataset all = TextDataset.read(files, renderer, 100, Overflow.REFUSE, listener);
        assertThat(all.count()).isEqualTo(2);
        assertThat(all.sequences()).isEqualTo(4);
        assertThat(all.batch(List.of(1, 0)).rowIds()).containsExactly(1, 0);
        assertThat(all.batch(List.of(1)).segments()).hasSize(2);
        int first = 18; // tokens of the second reply's prompt; the first one's are 8
        TextDataset cut = TextDataset.read(files, renderer, first, Overflow.TRUNCATE, listener);
        assertThat(cut.sequences()).isEqualTo(2);
        assertThat(cut.emptied()).isZero();
        assertThatThrownBy(() -> TextDataset.read(files, renderer, first, Overflow.REFUSE, listener))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ":1: has ");
    }

    @Test
    void anEmptyReplyIsRefusedWhateverTheTemplate() {
        for (String empty : List.of("", " \n ")) {
            for (ChatTemplate template : List.of(FORGETFUL, CLOSING, ChatTemplate.builtIn("chatml"))) {
                List<Message> talk =
                        List.of(Message.user("1"), Message.assistant(empty), Message.user("3"), Message.assistant("4"));
                assertThatThrownBy(() -> render(template, TrainOn.REPLIES, talk))
                        .isInstanceOf(DataException.class)
                        .hasMessageStartingWith("here:1: the reply in message 2 of 4 is empty");
                render(template, TrainOn.LAST_REPLY, talk);
            }
        }
        render(
                CLOSING,
                TrainOn.REPLIES,
                List.of(
                        Message.user("1"),
                        Message.assistant("").withWeight(0),
                        Message.user("3"),
                        Message.assistant("4")));
        assertThatThrownBy(() -> new RowRenderer(tokenizer, CLOSING, TrainOn.REPLIES)
                        .render(new Row.PromptCompletion("1", "  \n"), 0, "here:1"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("completion is empty");
    }

    @Test
    void aToolCallThatTheTemplateLeavesOutIsRefusedWhereverItStands() {
        Message call = new Message(
                Message.Role.ASSISTANT,
                "",
                null,
                List.of(new ToolCall("c1", "look_up", Map.of("city", "부산"))),
                null,
                null,
                1,
                Map.of());
        List<Message> talk =
                List.of(Message.user("look_up what?"), call, Message.user("So?"), Message.assistant("look_up"));
        for (Message said : List.of(call, call.withWeight(0))) {
            List<Message> changed = new ArrayList<>(talk);
            changed.set(1, said);
            assertThatThrownBy(() -> render(CLOSING, TrainOn.REPLIES, changed))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(
                            "here:1: the call of look_up in message 2 of 4 is not written by the template closing");
        }
        assertThat(render(ChatTemplate.builtIn("qwen2.5"), TrainOn.REPLIES, talk)
                        .text())
                .contains("\"name\": \"look_up\"");
    }

    @Test
    void reasoningOfAnyTrainedReplyHasToBeWritten() {
        List<Message> talk =
                List.of(Message.user("1"), thinking("because", "2"), Message.user("3"), Message.assistant("4"));
        assertThatThrownBy(() -> render(CLOSING, TrainOn.REPLIES, talk))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("here:1: the reply's reasoning_content is not written");
        render(CLOSING, TrainOn.LAST_REPLY, talk);
    }

    private List<String> marked(ChatTemplate template, Message... talk) {
        return render(template, TrainOn.REPLIES, List.of(talk)).sequences().stream()
                .map(sequence -> marked(sequence.example()))
                .toList();
    }

    private RowRenderer.Rendered render(ChatTemplate template, TrainOn trainOn, List<Message> talk) {
        return new RowRenderer(tokenizer, template, trainOn)
                .render(new Row.Conversation(talk, 0, List.of()), 0, "here:1");
    }

    private String marked(Example example) {
        StringBuilder text = new StringBuilder();
        int[] ids = example.tokens();
        for (int from = 0, to; from < ids.length; from = to) {
            boolean trained = from > 0 && example.weights()[from] != 0;
            for (to = from + 1; to < ids.length && example.weights()[to] != 0 == trained; ) {
                to++;
            }
            String part = tokenizer.decode(Arrays.copyOfRange(ids, from, to));
            text.append(trained ? "[[" + part + "]]" : part);
        }
        return text.toString();
    }

    private static Message thinking(String reasoning, String content) {
        return new Message(Message.Role.ASSISTANT, content, reasoning, List.of(), null, null, 1, Map.of());
    }

    private static ChatTemplate template(String name, String jinja) {
        return ChatTemplate.of(name, jinja, Map.of());
    }
}
