package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.reward.Task;
import dev.hone.rollout.tools.Tools;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Message;
import dev.hone.train.Trainer.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of a tiny model that samples six tokens; its reward is how alike they are to a letter. */
class SampledRunTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8}\n";

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeModelAndPrompts() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                folder.resolve("prompts.jsonl"),
                IntStream.range(0, 12)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"answer\": \"%1$c%1$c%1$c\"}".formatted('a' + i))
                        .toList());
    }

    private String yaml(String name, String method, String rest) {
        return """
                method: %2$s
                model: %3$s/model
                output: %3$s/%1$s
                data: {train: %3$s/prompts.jsonl, evaluate: {share: 0.2}, template: chatml}
                %4$sreport: {rows: 0, replies: 2, max-tokens: 4}
                training:
                  steps: 6
                  rows-per-step: 8
                  tokens-per-batch: 128
                  compute: fp32
                  workers: 2
                  learning-rate: 1.0e-2
                  evaluate-every: 3
                  checkpoint-every: 1
                """.formatted(name, method, folder, rest);
    }

    private Ending run(String name, String method, String rest, RunObserver observer) {
        return TinyRun.train(Settings.parse("run.yaml", yaml(name, method, rest)), observer)
                .ending();
    }

    private List<MetricsRow> rows(String name) throws IOException {
        return MetricsFile.read(folder.resolve(name).resolve("metrics.jsonl"));
    }

    private static String sampled(String method) {
        return LORA
                + (method.equals("online-distill") ? "" : "rewards: \"pattern:[a-zA-Z]\"\n")
                + (method.equals("rejection-sampling") ? "rejection-sampling: {threshold: 0.0, passes: 2}\n" : "")
                + "rollout: {group-size: 4, steps: 2, max-completion-tokens: "
                + (method.equals("rejection-sampling") ? 80 : 6) // some end by themselves
                + "}\n"
                + (method.equals("grpo") ? "grpo: {passes: 2, mask-truncated: false}\n" : "")
                + (method.equals("rloo") ? "rloo: {mask-truncated: false}\n" : "");
    }

    /** Cycles of two steps, each learned from twice or more: the run is stopped in the middle of one. */
    @ParameterizedTest
    @ValueSource(strings = {"grpo", "rloo", "ppo", "online-dpo", "rejection-sampling", "online-distill"})
    void aRunThatIsStoppedInACycleAndResumedIsTheSameRun(String method) throws IOException {
        assertThat(run("whole", method, sampled(method), RunObserver.none())).isEqualTo(Ending.COMPLETE);
        assertThat(run("twice", method, sampled(method), TinyRun.stoppingAfter(3, said::add)))
                .isEqualTo(Ending.INTERRUPTED);
        assertThat(run("twice", method, sampled(method), RunObserver.none())).isEqualTo(Ending.COMPLETE);

        Path whole = folder.resolve("whole/final/adapter_model.safetensors");
        assertThat(folder.resolve("twice/final/adapter_model.safetensors")).hasSameBinaryContentAs(whole);
        if (method.equals("ppo")) {
            assertThat(folder.resolve("twice/final/value_head.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("whole/final/value_head.safetensors"));
        }
        List<MetricsRow> rows = rows("twice");
        assertThat(rows).hasSize(6);
        assertThat(rows.get(0).values()).containsKeys("completion-tokens", "cut", "seconds/sampling");
        assertThat(rows).filteredOn(row -> row.value("grad-norm") > 0).hasSizeGreaterThan(3);
        for (int i = 0; i < 6; i++) {
            assertThat(rows.get(i).value("loss")).isEqualTo(rows("whole").get(i).value("loss"));
        }
    }

    /** Stopped in the middle of the second of three cycles, whose even groups were replaced: the cycle's file has what took their place. */
    @Test
    void aRunThatReplacesEvenGroupsIsResumedAsTheSameRun() throws IOException {
        String rest = LORA + """
                rewards: "pattern:[a-zA-Z]"
                rollout: {group-size: 2, steps: 2, max-completion-tokens: 4, resample-even-groups: 2}
                grpo: {mask-truncated: false}
                """;
        run("whole", "grpo", rest, RunObserver.none());
        run("none", "grpo", rest.replace("groups: 2", "groups: 0"), RunObserver.none());
        run("twice", "grpo", rest, TinyRun.stoppingAfter(3, said::add));
        run("twice", "grpo", rest, RunObserver.none());

        for (String cycle : List.of("1", "3", "5")) {
            Path file = Path.of("rollouts/step-00000" + cycle + ".jsonl");
            assertThat(folder.resolve("twice").resolve(file))
                    .hasSameTextualContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(folder.resolve("twice/final/adapter_model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/final/adapter_model.safetensors"));
        assertThat(rows("whole").get(0).value("resampled-groups")).isPositive();
        assertThat(rows("whole").get(0).value("reward-before-resampling"))
                .isEqualTo((rows("none").get(0).value("reward")
                                + rows("none").get(1).value("reward"))
                        / 2);
        assertThat(rows("whole").get(0).value("advantage-zero-groups"))
                .isLessThan(rows("none").get(0).value("advantage-zero-groups"));
        assertThat(rows("none").get(0).values()).doesNotContainKeys("resampled-groups", "reward-before-resampling");
    }

    /** Says a letter to the first turn of every completion. */
    public static final class Letter implements Tools {
        @Override
        public List<Message> replies(Task task, List<Message> said) {
            return said.size() == 1 ? List.of(Message.of(Message.Role.TOOL, task.text("answer"))) : List.of();
        }
    }

    /** The tool's tokens stand in the file, and no mismatch of log-probabilities shows that what was sampled is what is trained. */
    @ParameterizedTest
    @ValueSource(strings = {"grpo", "ppo"})
    void aRunWithToolsIsResumedAsTheSameRun(String method) throws IOException {
        String rest = LORA + "rewards: chrf\n"
                + "rollout: {group-size: 4, steps: 2, max-completion-tokens: 160, tools: \"class:"
                + Letter.class.getName() + "\"}\n"
                + (method.equals("grpo") ? "grpo: {mask-truncated: false}\n" : "ppo: {passes: 1}\n");
        run("whole", method, rest, RunObserver.none());
        run("twice", method, rest, TinyRun.stoppingAfter(3, said::add));
        run("twice", method, rest, RunObserver.none());

        assertThat(folder.resolve("twice/final/adapter_model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/final/adapter_model.safetensors"));
        assertThat(Files.readAllLines(folder.resolve("whole/rollouts/step-000001.jsonl")))
                .anyMatch(line -> line.contains("\"sampled\":[1.0"));
        assertThat(rows("whole").get(0).value("mismatch/largest")).isZero();
        assertThat(rows("whole")).anyMatch(row -> row.values().containsKey("turns") && row.value("turns") > 1);
    }

    /** Right is what has the letter e, which few of these completions have. */
    @Test
    void whatIsRightOnceTheAnswerIsShownIsLearnedWithoutIt() throws IOException {
        String rest = LORA + """
                rewards: "pattern:e"
                rollout: {group-size: 4, max-completion-tokens: 80}
                rejection-sampling: {hint: true}
                """;
        run("whole", "rejection-sampling", rest, RunObserver.none());
        run("twice", "rejection-sampling", rest, TinyRun.stoppingAfter(3, said::add));
        run("twice", "rejection-sampling", rest, RunObserver.none());

        assertThat(folder.resolve("twice/final/adapter_model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/final/adapter_model.safetensors"));
        assertThat(rows("whole")).anyMatch(row -> row.value("hinted-right") > 0);
        int hinted = 0;
        for (int step = 1; step <= 6; step++) {
            List<String> lines = Files.readAllLines(folder.resolve("whole/rollouts/step-00000" + step + ".jsonl"));
            List<String> marked = lines.stream()
                    .filter(line -> line.contains("\"hinted\":true"))
                    .toList();
            assertThat(rows("whole").get(step - 1).value("hinted-right")).isEqualTo(marked.size());
            assertThat(lines).hasSize(8 + marked.size());
            assertThat(marked).allMatch(line -> line.contains("\"reward\":1.0"));
            hinted += marked.size();
        }
        assertThat(hinted).isPositive();
    }

    @Test
    void whatIsHeldOutIsMeasuredByItsReward() throws IOException {
        run("run", "grpo", sampled("grpo"), TinyRun.listening(said::add));

        assertThat(rows("run").get(2).values())
                .containsKeys("evaluation/reward", "evaluation/reward/low", "evaluation/reward/high");
        assertThat(said).anyMatch(line -> line.startsWith("9 prompts") || line.startsWith("12 prompts"));
        assertThat(folder.resolve("run/rollouts/step-000001.jsonl")).isNotEmptyFile();
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("Tokens of a completion");
    }

    /** A full fine-tuning, and whatever the number of workers and slots samples the same. */
    @Test
    void workersAndSlotsSampleTheSame() throws IOException {
        String rest = "rewards: chrf\nrollout: {group-size: 4, max-completion-tokens: 6, slots: %d}\n";
        run("one", "grpo", rest.formatted(1), RunObserver.none());
        TinyRun.train(
                Settings.parse("run.yaml", yaml("two", "grpo", rest.formatted(7)))
                        .set("training.workers=1"),
                RunObserver.none());

        List<String> one = ids("one");
        assertThat(ids("two")).isEqualTo(one);
    }

    private List<String> ids(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name).resolve("rollouts/step-000001.jsonl")).stream()
                .map(line -> line.replaceAll(".*(\"completion_ids\":\\[[^]]*]).*", "$1"))
                .toList();
    }

    /** What a run wrote is what it learned from: trained on from its file, a step does the same. */
    @Test
    void recordedRolloutsTeachTheSame() throws IOException {
        String unmasked = LORA + "grpo: {mask-truncated: false}\n";
        run(
                "live",
                "grpo",
                unmasked + "rewards: \"pattern:[a-zA-Z]\"\nrollout: {group-size: 4, max-completion-tokens: 6}\n",
                RunObserver.none());
        Settings recorded = Settings.parse(
                        "run.yaml",
                        yaml("recorded", "grpo", unmasked)
                                .replaceAll(
                                        "data: .*",
                                        "data: {rollouts: " + folder
                                                + "/live/rollouts/step-000001.jsonl, template: chatml}"))
                .set("training.steps=1", "training.evaluate-every=50");
        TinyRun.train(recorded, RunObserver.none());

        assertThat(rows("recorded").get(0).value("loss"))
                .isEqualTo(rows("live").get(0).value("loss"));
        assertThat(rows("recorded").get(0).value("grad-norm"))
                .isPositive()
                .isEqualTo(rows("live").get(0).value("grad-norm"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"logprobs\":[- | \"logprobs\":[ | must be the natural log of a probability",
                "\"completion_ids\":[ | \"completion_ids\":[3, | numbers for",
                "\"completion_ids\":[ | \"completion_ids\":[999999, | must be a token id",
                "\"reward\": | \"reward\":\"x\",\"r\": | must be a finite number, or null",
                "\"stop\":\" | \"stop\":\"x | must be stop or length"
            })
    void recordedRolloutsThatDisagreeAreRefusedWithTheirLine(String text, String other, String reason)
            throws IOException {
        run(
                "live",
                "grpo",
                LORA + "rewards: chrf\nrollout: {group-size: 4, max-completion-tokens: 6}\n",
                RunObserver.none());
        List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("live/rollouts/step-000001.jsonl")));
        lines.set(1, lines.get(1).replace(text, other));
        Files.write(folder.resolve("bent.jsonl"), lines);
        Settings recorded = Settings.parse(
                "run.yaml",
                yaml("recorded", "grpo", LORA)
                        .replaceAll("data: .*", "data: {rollouts: " + folder + "/bent.jsonl, template: chatml}"));

        assertThatThrownBy(() -> TinyRun.train(recorded.set("training.evaluate-every=50"), RunObserver.none()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("bent.jsonl:2")
                .hasMessageContaining(reason);
    }

    /** A step in which nothing differs changes no weights, and says so. */
    @Test
    void aStepOfEvenGroupsChangesNothing() throws IOException {
        run(
                "run",
                "grpo",
                LORA + "rewards: \"pattern:never\"\nrollout: {group-size: 4, max-completion-tokens: 6}\n",
                RunObserver.none());

        assertThat(rows("run")).hasSize(6).allMatch(row -> row.value("advantage-zero-groups") == 1);
        assertThat(rows("run")).allMatch(row -> row.value("grad-norm") == 0);
    }

    @Test
    void theCriticIsKeptWithTheBestWeightsAsWithTheLast() throws IOException {
        run(
                "run",
                "ppo",
                LORA + "rewards: chrf\nrollout: {group-size: 4, max-completion-tokens: 6}\n",
                RunObserver.none());

        assertThat(folder.resolve("run/final/value_head.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("run/best/value_head.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("run/best/checksums.json")).content().contains("value_head.safetensors");
    }

    /** A reward of weight 0 is measured on held-out prompts with its own interval, by which an alarm can see it fall. */
    @Test
    void aWatchedRewardHasAnIntervalOnHeldOutPrompts() throws IOException {
        run(
                "run",
                "grpo",
                LORA + "rewards: [{kind: chrf}, {kind: exact, weight: 0, name: gold}]\n"
                        + "rollout: {group-size: 4, max-completion-tokens: 6}\n",
                RunObserver.none());

        assertThat(rows("run").get(2).values())
                .containsKeys("evaluation/part/gold/low", "evaluation/part/gold/high")
                .doesNotContainKey("evaluation/part/chrf/low");
    }

    @Test
    void aTaskThatLacksWhatARewardReadsIsNamedBeforeAnythingIsTrained() {
        assertThatThrownBy(() -> run(
                        "run",
                        "grpo",
                        LORA + "rewards: [{kind: exact, answer: solution}]\nrollout: {group-size: 4}\n",
                        RunObserver.none()))
                .isInstanceOfAny(DataException.class, ConfigurationException.class)
                .hasMessageContaining("solution");
    }
}
