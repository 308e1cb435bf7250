package dev.hone.recipes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.data.Example;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.recipes.data.TokenData;
import dev.hone.recipes.rule.ControlTokens;
import dev.hone.recipes.rule.FitsContext;
import dev.hone.recipes.rule.FitsMaxTokens;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.KnownTokens;
import dev.hone.recipes.rule.OneBos;
import dev.hone.recipes.rule.PlainPrompts;
import dev.hone.recipes.rule.PromptPrefix;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowGuard;
import dev.hone.recipes.rule.RowRule;
import dev.hone.recipes.rule.Rule;
import dev.hone.recipes.rule.StopToken;
import dev.hone.recipes.rule.WithinVocabulary;
import dev.hone.recipes.rule.WrittenTools;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Tokenizer;
import dev.hone.text.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule with a row that breaks it and one that does not. */
class RulesTest {
    private static final Row TALK = conversation("Hi", "Hello");
    private static final Row TEXT = new Row.PlainText("once");
    private static final int BOS = 7;
    private static final int STOP = 9;

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void openTokenizer() {
        tokenizer = TinyTokenizers.bytes(folder);
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    @Test
    void aRowBeginsOnceAndWhereTheTokenizerSaysSoAtLeastOnce() {
        OneBos adding = new OneBos("<s>", BOS, true);
        OneBos naming = new OneBos("<s>", BOS, false);
        assertThat(adding.complaint(TALK, tokens(BOS, 1, 2), "r:1")).isEmpty();
        assertThat(adding.complaint(TALK, tokens(BOS, BOS, 2), "r:1"))
                .hasValueSatisfying(refusing(Rule.BOS, "r:1: begins with <s> 2 times; the template writes it"));
        assertThat(adding.complaint(TEXT, tokens(BOS, BOS, 2), "r:1"))
                .hasValueSatisfying(refusing(Rule.BOS, "the tokenizer adds it, so take it out of the row"));
        assertThat(adding.complaint(TALK, tokens(1, 2), "r:1"))
                .hasValueSatisfying(refusing(Rule.BOS, "does not begin with <s>"));
        assertThat(naming.complaint(TALK, tokens(1, 2), "r:1")).isEmpty();
        assertThat(adding.complaint(TALK, tokens(BOS, 1, BOS, 2), "r:1")).isEmpty(); // as Llama 2 opens each turn
    }

    @Test
    void theTrainedTokensOfTheLastReplyHoldAStopToken() {
        StopToken rule = new StopToken(Set.of(STOP), "</s>");
        assertThat(rule.complaint(TALK, learned(new int[] {1, 2, STOP, 3}, 0, 1, 1, 1), "r:1"))
                .isEmpty();
        assertThat(rule.complaint(TALK, learned(new int[] {1, 2, STOP, 3}, 0, 1, 0, 0), "r:1"))
                .hasValueSatisfying(refusing(Rule.STOP_TOKEN, "ends generation (</s>); name a template"));
        assertThat(rule.complaint(TALK, learned(new int[] {1, 2, STOP, 3, 4}, 0, 1, 1, 0, 1), "r:1"))
                .as("an earlier reply's does not count")
                .isPresent();
        assertThat(rule.complaint(TEXT, tokens(1, 2), "r:1")).isEmpty();
        assertThat(new StopToken(Set.of(), "").complaint(new Row.PromptCompletion("a", "b"), tokens(1, 2), "r:1"))
                .hasValueSatisfying(refusing(Rule.STOP_TOKEN, "name eos_token in tokenizer_config.json"));
    }

    @Test
    void everyTokenHasARowInTheEmbedding() {
        WithinVocabulary rule = new WithinVocabulary(258, tokenizer);
        assertThat(rule.complaint(TEXT, tokens(0, 257), "r:1")).isEmpty();
        assertThat(rule.complaint(TEXT, tokens(0, 258), "r:1"))
                .hasValueSatisfying(refusing(Rule.VOCABULARY, "token <|im_end|> has id 258"));
    }

    /** The tokenizer knows ChatML's marks and no others. */
    @Test
    void whatATemplateWritesAsASpecialTokenIsOne() {
        KnownTokens chosen = new KnownTokens(tokenizer, false);
        assertThat(chosen.complaint(TALK, text("<|im_start|>user\nHi<|im_end|>"), "r:1"))
                .isEmpty();
        assertThat(chosen.complaint(TALK, text("<|user|>Hi"), "r:1"))
                .hasValueSatisfying(refusing(Rule.UNKNOWN_TOKEN, "the template writes <|user|>"));
        assertThat(new KnownTokens(tokenizer, true).complaint(TALK, text("<|user|>Hi"), "r:1"))
                .hasValueSatisfying(warning("the model's own template writes <|user|>"));
        assertThat(chosen.complaint(conversation("what is <|user|>", "a mark"), text("what is <|user|>"), "r:1"))
                .hasValueSatisfying(warning("its text has <|user|>"));
        assertThat(chosen.complaint(TALK, text("a <| b |> c, <s>old</s> [INST]"), "r:1"))
                .hasValueSatisfying(refusing(Rule.UNKNOWN_TOKEN, "</s>"));
        assertThat(chosen.complaint(TEXT, text("a <| b |> c, <s>old</s> [INST]"), "r:1"))
                .isEmpty();
    }

    @Test
    void aRowFits() {
        assertThat(new FitsMaxTokens(3, Overflow.REFUSE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .isEmpty();
        assertThat(new FitsMaxTokens(2, Overflow.REFUSE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .hasValueSatisfying(refusing(Rule.OVERFLOW, "has 3 tokens where max-tokens is 2; raise"));
        assertThat(new FitsMaxTokens(2, Overflow.TRUNCATE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .hasValueSatisfying(warning("its end is cut off"));
        assertThat(new FitsMaxTokens(2, Overflow.TRUNCATE)
                        .complaint(TALK, learned(new int[] {1, 2, 3}, 0, 0, 1), "r:1"))
                .hasValueSatisfying(warning("no trained token is left within, so it is left out"));
        assertThat(new FitsMaxTokens(2, Overflow.SPLIT).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .isEmpty();
        assertThat(new FitsMaxTokens(2, Overflow.SPLIT).complaint(TALK, tokens(1, 2, 3), "r:1"))
                .hasValueSatisfying(refusing(Rule.OVERFLOW, "split is for texts"));
    }

    @Test
    void earlierRepliesThatATemplateRewritesAreTrainedInSequencesOfTheirOwn() {
        ChatTemplate keeps = ChatTemplate.builtIn("chatml");
        ChatTemplate rewrites = ChatTemplate.of(
                "forgetful",
                "{% for m in messages %}{{ m.role + ':' }}{% if m.role == 'assistant' %}{% generation %}"
                        + "{% if loop.last %}{{ 'hm. ' }}{% endif %}{{ m.content + '<|im_end|>' }}{% endgeneration %}"
                        + "{% else %}{{ m.content }}{% endif %}{% endfor %}"
                        + "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}",
                Map.of());
        Row twice = conversation("1", "2", "3", "4");
        assertThat(prefix(keeps, TrainOn.REPLIES, twice)).isEmpty();
        assertThat(prefix(rewrites, TrainOn.REPLIES, twice))
                .hasValueSatisfying(warning("each trained reply is a sequence of its own"));
        assertThat(prefix(rewrites, TrainOn.LAST_REPLY, twice)).isEmpty();
        assertThat(prefix(rewrites, TrainOn.REPLIES, TALK)).isEmpty();
    }

    @Test
    void aReplyWithoutReasoningIsReportedWhereTheTemplateOpensReasoning() {
        ChatTemplate thinks = ChatTemplate.of(
                "thinking",
                "{% for m in messages %}{{ m.role + ':' }}{{ m.content }}{% endfor %}"
                        + "{% if add_generation_prompt %}{{ 'assistant:<think>' }}{% endif %}",
                Map.of());
        assertThat(prefix(thinks, TrainOn.REPLIES, TALK))
                .hasValueSatisfying(
                        warning("message 2 has no reasoning, so it is trained to end its reasoning at once"));
        assertThat(prefix(thinks, TrainOn.REPLIES, conversation("Hi", "<think>So.</think>Hello")))
                .isEmpty();
    }

    /** The only merge that is learned joins a space with the letter after it. */
    @Test
    void promptAndReplyThatWouldMeetInsideATokenAreReported() {
        try (Tokenizer merging = TinyTokenizers.learned(folder.resolve("merging"), 1, List.of("a x x x x x x"))) {
            RowRenderer renderer = new RowRenderer(merging, null, TrainOn.REPLIES);
            PromptPrefix rule = new PromptPrefix(merging, ChatTemplate.builtIn("chatml"), TrainOn.REPLIES);
            Row apart = new Row.PromptCompletion("say", " x");
            Row joined = new Row.PromptCompletion("say ", "x");
            assertThat(rule.complaint(apart, renderer.render(apart, 0, "r:1"), "r:1"))
                    .isEmpty();
            assertThat(rule.complaint(joined, renderer.render(joined, 0, "r:1"), "r:1"))
                    .hasValueSatisfying(warning("encoded apart, as generation does, so the reply is trained whole"));
        }
    }

    @Test
    void aTokenThatStopsGenerationInsideATrainedReplyIsRefused() {
        ControlTokens rule = new ControlTokens(tokenizer, Set.of(256, 258), TrainOn.REPLIES);
        assertThat(control(rule, conversation("Hi", "An oak.<|im_end|>")))
                .hasValueSatisfying(refusing(Rule.CONTROL_TOKEN, "message 2 of 2 has <|im_end|> in a trained reply"));
        assertThat(control(rule, conversation("Hi", "<|im_start|>, then <|im_end|>, then more")))
                .hasValueSatisfying(refusing(Rule.CONTROL_TOKEN, "has <|im_end|> in a trained reply"));
        assertThat(control(rule, conversation("What is <|im_end|>?", "A mark.")))
                .hasValueSatisfying(warning("message 1 of 2 has <|im_end|>, which is a special token"));
        assertThat(control(rule, conversation("Hi", "It opens with <|im_start|>.")))
                .hasValueSatisfying(warning("message 2 of 2 has <|im_start|>"));
        assertThat(control(rule, new Row.PromptCompletion("a", "b<|endoftext|>")))
                .isEmpty();
        assertThat(control(rule, new Row.PromptCompletion("a", "b<|endoftext|>c")))
                .hasValueSatisfying(refusing(Rule.CONTROL_TOKEN, "its completion has <|endoftext|>"));
        assertThat(control(rule, TEXT)).isEmpty();
        Message call = new Message(
                Message.Role.ASSISTANT,
                "",
                null,
                List.of(new ToolCall(null, "say", Map.of("text", "an <|im_end|>"))),
                null,
                null,
                1,
                Map.of());
        assertThat(control(rule, new Row.Conversation(List.of(Message.user("Hi"), call), 0, List.of())))
                .as("arguments of a call are trained too")
                .hasValueSatisfying(refusing(Rule.CONTROL_TOKEN, "message 2 of 2 has <|im_end|> in a trained reply"));
        assertThat(control(
                        new ControlTokens(tokenizer, Set.of(258), TrainOn.LAST_REPLY),
                        conversation("1", "2<|im_end|>", "3", "4")))
                .as("context is no reply")
                .hasValueSatisfying(warning("message 2 of 4"));
    }

    @Test
    void aRowBeyondTheContextOfTheModelIsReported() {
        assertThat(new FitsContext(3, 9, Overflow.REFUSE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .isEmpty();
        assertThat(new FitsContext(2, 9, Overflow.REFUSE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .hasValueSatisfying(warning("has 3 tokens, and the model's max_position_embeddings is 2"));
        assertThat(new FitsContext(2, 2, Overflow.TRUNCATE).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .isEmpty();
        assertThat(new FitsContext(1, 2, Overflow.DROP).complaint(TEXT, tokens(1, 2, 3), "r:1"))
                .isEmpty();
    }

    @Test
    void toolsThatATemplateDoesNotWriteAreReported() {
        List<JsonNode> tools = List.of(JsonNodeFactory.instance.objectNode().put("name", "look_up"));
        Row row = new Row.Conversation(List.of(Message.user("Hi"), Message.assistant("Hello")), 0, tools);
        assertThat(new WrittenTools(ChatTemplate.builtIn("qwen2.5")).complaint(row, text(""), "r:1"))
                .isEmpty();
        assertThat(new WrittenTools(ChatTemplate.builtIn("chatml")).complaint(row, text(""), "r:1"))
                .hasValueSatisfying(warning("offers tools, which the template chatml does not write"));
        assertThat(new WrittenTools(ChatTemplate.builtIn("chatml")).complaint(TALK, text(""), "r:1"))
                .isEmpty();
    }

    @Test
    void aPromptThatIsAStringIsReportedWhereTheModelIsAskedInATemplate() {
        assertThat(new PlainPrompts().complaint(new Row.PromptCompletion("a", "b"), text(""), "r:1"))
                .hasValueSatisfying(warning("data.prompts: chat"));
        assertThat(new PlainPrompts().complaint(TALK, text(""), "r:1")).isEmpty();
        assertThat(new PlainPrompts().complaint(TEXT, text(""), "r:1")).isEmpty();
    }

    @Test
    void tokenizerAndModelEndATextAlike() {
        assertThat(ModelFit.complaints(folder, tokenizer, 260, Set.of(256))).isEmpty();
        assertThat(ModelFit.complaints(folder, tokenizer, 260, Set.of(258)))
                .singleElement()
                .satisfies(warning(
                        "ends a text with <|endoftext|> (256), the model's configuration with <|im_end|> (258)"));
        assertThat(ModelFit.complaints(folder, tokenizer, 260, Set.of(2)))
                .singleElement()
                .satisfies(refusing(Rule.SPECIAL_IDS, "# (2), which is no special token here"));
        assertThat(ModelFit.complaints(folder, tokenizer, 200, Set.of()))
                .singleElement()
                .satisfies(warning("tokenizer.json has 260 tokens and the embedding 200 rows"));
    }

    @Test
    void aGuardStopsTheRowsNobodyLookedAt() {
        ChatTemplate endless = ChatTemplate.of(
                "endless",
                "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
                Map.of());
        RowContext setting =
                new RowContext(tokenizer, endless, false, Set.of(256), 260, 100, Overflow.REFUSE, 1024, false);
        List<RowRule> rules = TokenData.conversations(TrainOn.REPLIES).guards(setting);
        RowRenderer renderer = new RowRenderer(tokenizer, endless, TrainOn.REPLIES);
        RowRenderer guarded = renderer.inspectedBy(new RowGuard(rules, Set.of()));
        assertThatThrownBy(() -> guarded.render(TALK, 0, "rows.jsonl:381"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("rows.jsonl:381: no trained token of its last reply ends generation")
                .hasMessageEndingWith("(stop-token)");
        renderer.inspectedBy(new RowGuard(rules, Set.of(Rule.STOP_TOKEN))).render(TALK, 0, "rows.jsonl:381");
    }

    private static Optional<Issue> control(ControlTokens rule, Row row) {
        return rule.complaint(row, tokens(1, 2), "r:1");
    }

    private Optional<Issue> prefix(ChatTemplate template, TrainOn trainOn, Row row) {
        RowRenderer.Rendered rendered = new RowRenderer(tokenizer, template, trainOn).render(row, 0, "r:1");
        return new PromptPrefix(tokenizer, template, trainOn).complaint(row, rendered, "r:1");
    }

    private static Consumer<Issue> refusing(Rule flaw, String message) {
        return complaint -> {
            assertThat(complaint.severity()).isEqualTo(Issue.Severity.REFUSE);
            assertThat(complaint.flaw()).isEqualTo(flaw);
            assertThat(complaint.toString()).contains(message);
        };
    }

    private static Consumer<Issue> warning(String message) {
        return complaint -> {
            assertThat(complaint.severity()).isEqualTo(Issue.Severity.WARN);
            assertThat(complaint.toString()).contains(message);
        };
    }

    /** Turns of a user and an assistant, one after the other. */
    private static Row.Conversation conversation(String... turns) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            messages.add(i % 2 == 0 ? Message.user(turns[i]) : Message.assistant(turns[i]));
        }
        return new Row.Conversation(messages, 0, List.of());
    }

    private static RowRenderer.Rendered tokens(int... ids) {
        return new RowRenderer.Rendered("", Example.ofText(0, ids));
    }

    private static RowRenderer.Rendered learned(int[] ids, float... weights) {
        return new RowRenderer.Rendered("", new Example(0, ids, weights));
    }

    private static RowRenderer.Rendered text(String text) {
        return new RowRenderer.Rendered(text, Example.ofText(0, new int[] {1, 2}));
    }
}
