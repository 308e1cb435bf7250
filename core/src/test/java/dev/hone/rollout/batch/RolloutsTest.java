package dev.hone.rollout.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.EpochLoader.BatchShape;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.StopReason;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.ClippedPolicy;
import dev.hone.objective.Objective;
import dev.hone.objective.PolicyLoss;
import dev.hone.rollout.Advantage;
import dev.hone.rollout.batch.PromptDataset.GroupShape;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.Rollouts.CycleShape;
import dev.hone.tensor.Workers;
import dev.hone.testkit.BatchText;
import dev.hone.testkit.OnPolicySourceContract;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three prompts a step, four completions of each by a tiny model, whose reward is their share of even tokens. */
class RolloutsTest extends OnPolicySourceContract {
    private static final ModelConfig CONFIG = TinyModels.stories();
    private static final BatchShape SHAPE = new BatchShape(true, 0, 3, 0, 64, 7, List.of(), 2);

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private PromptDataset prompts;

    @BeforeEach
    void readPrompts() throws IOException {
        tokenizer = TinyTokenizers.bytes(folder.resolve("model"));
        Path file = folder.resolve("prompts.jsonl");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            rows.add("{\"prompt\": \"say %c\", \"answer\": \"%c\"}".formatted('a' + i, 'a' + i));
        }
        Files.write(file, rows);
        prompts = PromptDataset.read(
                List.of(JsonlFile.open(file)),
                tokenizer,
                ChatTemplate.builtIn("chatml"),
                new GroupShape(4, 6),
                64,
                Overflow.REFUSE,
                ReadingListener.of(read -> {}, () -> false));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Override
    protected Policy policy() {
        return Policy.adapter(TinyModels.frozen(CONFIG, 1), Adapter.fresh(CONFIG, AdapterConfig.standard(), 3))
                .parallel(2);
    }

    @Override
    protected BatchSource open(Policy policy, BooleanSupplier stop) {
        return rollouts(policy, new CycleShape(2, 2), stop);
    }

    @Override
    protected Objective objective() {
        return ClippedPolicy.of(PolicyLoss.DAPO);
    }

    private Rollouts rollouts(Policy policy, CycleShape cycle, BooleanSupplier stop) {
        GroupSampler sampler = new GroupSampler(new GroupShape(4, 6), 1, 5);
        LoadedModel model = new LoadedModel(policy.model(), policy.adapter(), tokenizer, null, Set.of());
        return new Rollouts(
                8,
                PromptOrder.of(EpochLoader.steps(prompts, SHAPE, 8), prompts),
                (asked, seed, version) -> new Rollouts.Sampled(
                        judged(
                                asked,
                                sampler.sample(
                                        model,
                                        policy.workers(),
                                        asked.stream().map(Prompt::ids).toList(),
                                        seed,
                                        stop),
                                version),
                        Map.of()),
                Resampling.none(),
                new AdvantageCredit(
                        groups -> Advantage.ofGroups(
                                groups.stream().map(RolloutGroup::rewards).toList(), Advantage.Scale.NONE),
                        true,
                        true),
                cycle,
                SHAPE,
                CONFIG.vocabulary(),
                this::file);
    }

    private Path file(long step) {
        return folder.resolve("rollouts/step-" + step + ".jsonl");
    }

    private static List<RolloutGroup> judged(List<Prompt> asked, List<List<Completion>> sampled, long version) {
        List<RolloutGroup> groups = new ArrayList<>();
        for (int p = 0; p < asked.size(); p++) {
            List<Rollout> rollouts = new ArrayList<>();
            for (Completion completion : sampled.get(p)) {
                float[] ones = new float[completion.ids().length];
                Arrays.fill(ones, 1f);
                double reward = Arrays.stream(completion.ids())
                                .filter(id -> id % 2 == 0)
                                .count()
                        / (double) ones.length;
                rollouts.add(new Rollout(
                        asked.get(p).ids(),
                        completion.ids(),
                        completion.logProbabilities(),
                        ones,
                        StopReason.END_OF_TEXT,
                        completion.text(),
                        Rollout.Score.of(reward),
                        version,
                        null,
                        null));
            }
            groups.add(new RolloutGroup(
                    asked.get(p).task().row() + "-" + p, asked.get(p).place(), rollouts));
        }
        return groups;
    }

    /** Two steps are sampled at once and each is learned from twice, so that files begin at updates 1 and 5. */
    @Test
    void aCycleIsSampledOnceAndWritten() {
        Policy policy = policy();
        Rollouts rollouts = rollouts(policy, new CycleShape(2, 2), () -> false);
        List<List<String>> given = new ArrayList<>();
        for (long step = 0; step < 4; step++) {
            given.add(BatchText.whole(rollouts.next(step).batches()));
        }

        assertThat(given.get(2)).isEqualTo(given.get(0));
        assertThat(given.get(3)).isEqualTo(given.get(1)).isNotEqualTo(given.get(0));
        assertThat(file(1)).isNotEmptyFile();
        assertThat(file(2)).doesNotExist();
        List<RolloutGroup> read = read(1);
        assertThat(read).hasSize(6).allMatch(group -> group.size() == 4);
        assertThat(read.get(0).rollouts().get(0).version()).isZero();
    }

    private List<RolloutGroup> read(long step) {
        return RolloutFile.read(
                JsonlFile.open(file(step)), CONFIG.vocabulary(), ReadingListener.of(r -> {}, () -> false));
    }

    @Test
    void theFileOfACycleThatHasBegunIsNeeded() {
        Rollouts rollouts = rollouts(policy(), new CycleShape(2, 2), () -> false);
        assertThatThrownBy(() -> rollouts.next(5))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("step-5.jsonl");
    }

    /** What was written is what was learned: the same batches come from the file. */
    @Test
    void recordedRolloutsGiveTheSameBatches() {
        Policy policy = policy();
        StepBatches live = rollouts(policy, new CycleShape(1, 1), () -> false).next(0);
        OfflineSource recorded = RecordedRollouts.steps(
                read(1),
                new AdvantageCredit(
                        groups -> Advantage.ofGroups(
                                groups.stream().map(RolloutGroup::rewards).toList(), Advantage.Scale.NONE),
                        true,
                        true),
                new BatchShape(false, 0, 12, 0, 64, 7, List.of(), 2),
                1);
        List<Batch> again = recorded.step(0);

        assertThat(BatchText.whole(again)).isEqualTo(BatchText.whole(live.batches()));
        for (int i = 0; i < again.size(); i++) {
            assertThat(again.get(i).get(Annotation.SAMPLED))
                    .isEqualTo(live.batches().get(i).get(Annotation.SAMPLED));
            assertThat(again.get(i).get(Annotation.ADVANTAGE))
                    .isEqualTo(live.batches().get(i).get(Annotation.ADVANTAGE));
        }
        assertThat(live.measures()).containsKeys("reward", "completion-tokens", "advantage-zero-groups", "cut");
    }

    /** Whatever the number of workers and slots. */
    @Test
    void theSameSeedSamplesTheSameTokens() {
        Policy policy = policy();
        LoadedModel model = new LoadedModel(policy.model(), policy.adapter(), tokenizer, null, Set.of());
        List<int[]> asked = List.of(
                prompts.prompt(0).ids(),
                prompts.prompt(1).ids(),
                prompts.prompt(2).ids());
        List<List<Completion>> one =
                new GroupSampler(new GroupShape(3, 9), 1, 2).sample(model, Workers.of(1), asked, 11, () -> false);
        List<List<Completion>> two =
                new GroupSampler(new GroupShape(3, 9), 1, 16).sample(model, Workers.of(2), asked, 11, () -> false);
        for (int p = 0; p < 3; p++) {
            for (int i = 0; i < 3; i++) {
                assertThat(two.get(p).get(i).ids()).isEqualTo(one.get(p).get(i).ids());
            }
        }
    }
}
