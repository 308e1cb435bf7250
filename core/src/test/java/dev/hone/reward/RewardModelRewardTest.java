package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.evaluate.RewardModel;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.tensor.Scope;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardModelRewardTest {
    private static final LanguageModel MODEL =
            TinyModels.frozen(TinyModels.stories().scoring(259), 1);
    private static final List<String> REPLIES = List.of("yes", "", "a longer reply than the others", "no");

    @TempDir
    private Path folder;

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
    void aReplyIsScoredAtTheEndOfItsConversation() {
        ChatTemplate template = ChatTemplate.builtIn("chatml");
        Reward reward = new RewardModelReward(new RewardModel(loaded(MODEL, template), 1000));
        List<Message> prompt = List.of(Message.system("be kind"), Message.user("really?"));
        String text = template.text(
                List.of(prompt.get(0), prompt.get(1), Message.assistant("yes")),
                List.of(),
                ChatTemplate.Options.conversation());
        assertThat(reward.score(task(prompt), RewardTest.reply("yes")))
                .isCloseTo(scoreOf(tokenizer.ids(text, Specials.NONE)), within(1e-6));
    }

    /** 3 + 1 bytes and the end of text. */
    @Test
    void withoutATemplateAReplyContinuesItsPrompt() {
        Reward reward = new RewardModelReward(new RewardModel(loaded(MODEL, null), 1000));
        int[] ids = tokenizer.ids("abcd<|endoftext|>", Specials.NONE);
        assertThat(ids).hasSize(5);
        assertThat(reward.score(task(List.of(Message.user("abc"))), RewardTest.reply("d")))
                .isCloseTo(scoreOf(ids), within(1e-6));
        Task conversation = task(List.of(Message.user("a"), Message.assistant("b"), Message.user("c")));
        assertThatThrownBy(() -> reward.score(conversation, RewardTest.reply("d")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a prompt of 3 messages is a conversation");
    }

    @Test
    void howManyAreScoredAtOnceDoesNotMatter() {
        ChatTemplate template = ChatTemplate.builtIn("chatml");
        Task task = task(List.of(Message.user("really?")));
        for (int tokens : List.of(1, 100, 10_000)) {
            Reward reward = new RewardModelReward(new RewardModel(loaded(MODEL, template), tokens));
            List<Double> together =
                    reward.scores(task, REPLIES.stream().map(RewardTest::reply).toList());
            assertThat(together).hasSize(4);
            for (int i = 0; i < 4; i++) {
                assertThat(together.get(i))
                        .isCloseTo(reward.score(task, RewardTest.reply(REPLIES.get(i))), within(1e-5));
            }
        }
    }

    @Test
    void aModelThatPredictsTokensIsNoRewardModel() {
        LanguageModel writer = TinyModels.frozen(TinyModels.stories(), 1);
        assertThatThrownBy(() -> new RewardModel(loaded(writer, null), 100))
                .hasMessageContaining("has no head that scores texts");
    }

    private LoadedModel loaded(LanguageModel model, @Nullable ChatTemplate template) {
        return new LoadedModel(model, null, tokenizer, template, Set.of());
    }

    private static double scoreOf(int[] ids) {
        try (Scope scope = Scope.open()) {
            return MODEL.score(Batch.ofWhole(List.of(Example.ofText(0, ids))), null)
                    .rewards()
                    .floats()[0];
        }
    }

    private static Task task(List<Message> prompt) {
        return new Task(0, prompt, JsonNodeFactory.instance.objectNode());
    }
}
