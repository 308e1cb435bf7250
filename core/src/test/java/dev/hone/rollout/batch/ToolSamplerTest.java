package dev.hone.rollout.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.data.batch.Batch;
import dev.hone.error.DataException;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.StopReason;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.Statistic;
import dev.hone.reward.Task;
import dev.hone.rollout.batch.PromptDataset.GroupShape;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.tools.Tools;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Workers;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model that ends a turn by chance, at any of its tokens; a tool says "ok" to its first two turns. */
class ToolSamplerTest {
    private static final ModelConfig CONFIG = TinyModels.stories();
    private static final int MOST = 240;
    private static final String BETWEEN = "\n<|im_start|>tool\nok<|im_end|>\n<|im_start|>assistant\n";
    private static final Tools OK =
            (task, said) -> said.size() < 4 ? List.of(Message.of(Message.Role.TOOL, "ok")) : List.of();

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private ChatTemplate template;
    private Policy policy;
    private LoadedModel model;
    private List<Prompt> prompts;

    @BeforeEach
    void makeModelAndPrompts() {
        tokenizer = TinyTokenizers.bytes(folder);
        template = ChatTemplate.builtIn("chatml");
        policy = Policy.adapter(TinyModels.frozen(CONFIG, 1), Adapter.fresh(CONFIG, AdapterConfig.standard(), 3))
                .parallel(2);
        int end = tokenizer.idOf("<|im_end|>").orElseThrow();
        model = new LoadedModel(policy.model(), policy.adapter(), tokenizer, template, Set.of(end));
        prompts = new ArrayList<>();
        for (int row = 0; row < 4; row++) {
            List<Message> asked = List.of(Message.user("say " + row));
            prompts.add(new Prompt(
                    new Task(row, asked, JsonNodeFactory.instance.objectNode()),
                    tokenizer.ids(template.text(asked, List.of(), ChatTemplate.Options.prompt()), Specials.NONE),
                    0,
                    "prompts.jsonl:" + (row + 1)));
        }
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private List<Episode> sample(Tools tools, int turns, int workers, int slots) {
        NextTurn next = NextTurn.of(template, tokenizer, model.stopTokens());
        ToolSampler sampler = new ToolSampler(new GroupSampler(new GroupShape(6, MOST), 1, slots), tools, next, turns);
        return sampler.sample(model, Workers.of(workers), prompts, 11, () -> false).stream()
                .flatMap(List::stream)
                .toList();
    }

    private Rollout rollout(List<Episode> episodes, int number) {
        return Rollout.of(prompts.get(number / 6).ids(), episodes.get(number), Rollout.Score.of(1), 0);
    }

    @Test
    void whatAToolSaysEntersAsContextBehindTheTokensThatWereSampled() {
        List<Episode> single = sample((task, said) -> List.of(), 3, 1, 8);
        List<Episode> episodes = sample(OK, 3, 1, 8);
        int[] between = tokenizer.ids(BETWEEN, Specials.NONE);

        int more = 0;
        for (int i = 0; i < episodes.size(); i++) {
            int[] first = single.get(i).completion().ids();
            int[] ids = episodes.get(i).completion().ids();
            assertThat(ids).hasSizeLessThanOrEqualTo(MOST).startsWith(first);
            if (ids.length > first.length) {
                more++;
                int behind = first.length + between.length;
                assertThat(Arrays.copyOfRange(ids, first.length, behind)).isEqualTo(between);
                float[] sampled = episodes.get(i).sampled();
                assertThat(Arrays.copyOf(sampled, first.length)).containsOnly(1);
                assertThat(Arrays.copyOfRange(sampled, first.length, behind)).containsOnly(0);
                assertThat(sampled[behind]).isEqualTo(1);
                assertThat(episodes.get(i).completion().text())
                        .startsWith(single.get(i).completion().text() + "\n");
            }
        }
        assertThat(more).isGreaterThan(3);
        assertThat(episodes)
                .anyMatch(episode ->
                        Rollout.of(new int[1], episode, Rollout.Score.of(1), 0).turns() == 3);
    }

    /** And nothing else is trained: a tool's tokens are no targets. */
    @Test
    void logProbabilitiesOfWhatWasSampledAreThoseOfTraining() {
        List<Episode> episodes = sample(OK, 3, 2, 5);
        int turns = 0;
        for (int i = 0; i < episodes.size(); i++) {
            Rollout rollout = rollout(episodes, i);
            turns = Math.max(turns, rollout.turns());
            Batch batch = Batch.of(List.of(rollout.example(0)));
            assertThat(batch.targets().count()).isEqualTo(rollout.sampledTokens());
            int[] trained = batch.targets().token();
            int at = 0;
            for (int t = 0; t < rollout.completion().length; t++) {
                if (rollout.sampled()[t] == 1) {
                    assertThat(trained[at++]).isEqualTo(rollout.completion()[t]);
                }
            }
            try (Scope scope = Scope.open()) {
                float[] scored = policy.score(batch, new RequestedStatistics(Set.of(Statistic.LOG_PROBABILITY), null))
                        .get(Statistic.LOG_PROBABILITY)
                        .floats();
                assertThat(scored).isEqualTo(rollout.atSampled(rollout.logProbabilities()));
            }
        }
        assertThat(turns).isEqualTo(3);
    }

    @Test
    void theSameSeedSamplesTheSameTokensWhateverRunsBesideThem() {
        List<Episode> one = sample(OK, 3, 1, 2);
        List<Episode> two = sample(OK, 3, 2, 16);
        for (int i = 0; i < one.size(); i++) {
            assertThat(two.get(i).completion().ids())
                    .isEqualTo(one.get(i).completion().ids());
            assertThat(two.get(i).completion().logProbabilities())
                    .isEqualTo(one.get(i).completion().logProbabilities());
        }
    }

    @Test
    void theLastTurnIsNotAnswered() {
        List<Episode> single = sample((task, said) -> List.of(), 3, 1, 8);
        List<Episode> one = sample(OK, 1, 1, 8);
        for (int i = 0; i < one.size(); i++) {
            assertThat(one.get(i).completion().ids())
                    .isEqualTo(single.get(i).completion().ids());
        }
    }

    /** What was sampled stays, and the completion counts as cut. */
    @Test
    void aReplyThatLeavesNoRoomIsNotRead() {
        List<Episode> single = sample((task, said) -> List.of(), 3, 1, 8);
        Tools talkative = (task, said) -> List.of(Message.of(Message.Role.TOOL, "x".repeat(MOST)));
        List<Episode> episodes = sample(talkative, 3, 1, 8);
        for (int i = 0; i < episodes.size(); i++) {
            assertThat(episodes.get(i).completion().ids())
                    .isEqualTo(single.get(i).completion().ids());
            assertThat(episodes.get(i).completion().reason()).isEqualTo(StopReason.LENGTH);
        }
        assertThat(single).anyMatch(episode -> episode.completion().reason() == StopReason.END_OF_TEXT);
    }

    @Test
    void aToolThatFailsEndsTheCompletionAndSaysWhy() {
        Tools broken = (task, said) -> {
            throw new IllegalStateException("no line to the database");
        };
        List<Episode> episodes = sample(broken, 3, 1, 8);
        assertThat(episodes)
                .filteredOn(episode -> episode.completion().reason() == StopReason.END_OF_TEXT)
                .isNotEmpty()
                .allMatch(episode -> "no line to the database".equals(episode.failure()));
        assertThat(episodes)
                .filteredOn(episode -> episode.completion().reason() == StopReason.LENGTH)
                .allMatch(episode -> episode.failure() == null);
    }

    /** Qwen3's and DeepSeek's templates leave out what an earlier turn thought. */
    @Test
    void aTemplateThatRewritesEarlierTurnsIsRefused() {
        template = jinja("{%- for m in messages -%}<|im_start|>{{ m.role }}\n"
                + "{{ m.content if loop.last else m.content.split('</think>')[-1] }}<|im_end|>\n{% endfor -%}"
                + "{%- if add_generation_prompt -%}<|im_start|>assistant\n{% endif -%}");
        assertThatThrownBy(() -> sample(OK, 3, 1, 8))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rewrites a turn that another follows")
                .hasMessageContaining("data.template");
    }

    /** Found when the first such reply comes. */
    @Test
    void aTemplateThatRewritesTurnsWhereAUserFollowsIsRefusedWithThePlace() {
        template = jinja("{%- for m in messages -%}<|im_start|>{{ m.role }}\n"
                + "{%- if messages[-1].role == 'user' and m.role == 'assistant' %}!{% endif %}"
                + "{{ m.content }}<|im_end|>\n{% endfor -%}"
                + "{%- if add_generation_prompt -%}<|im_start|>assistant\n{% endif -%}");
        assertThatThrownBy(() -> sample((task, said) -> List.of(Message.user("go on")), 3, 1, 8))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("prompts.jsonl:")
                .hasMessageContaining("rewrites earlier turns where a message of the role user follows");
    }

    @Test
    void aTemplateThatEndsTurnsByWhatTheModelDoesNotStopAtIsRefused() {
        template = ChatTemplate.builtIn("chatml", Map.of("end_of_turn", "<|endoftext|>"));
        assertThatThrownBy(() -> sample(OK, 3, 1, 8))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("ends a turn by (<|endoftext|>)");
    }

    private static ChatTemplate jinja(String text) {
        return ChatTemplate.of("test.jinja", text, Map.of());
    }
}
