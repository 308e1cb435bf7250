package dev.hone.recipes.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.reward.RewardTerm;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows of four steps. Noise alternates, so that a window's standard error is 0.02 · sqrt(4/3) / 2 = 0.0115. */
class RolloutAlarmsTest {
    private static final AlarmSettings SETTINGS =
            new AlarmSettings(4, 3, 0.5, 0.5, 0.8, 0.1, 0.01, 2, 0.5, 0.1, 0.1, List.of(AlarmType.JUDGE), List.of());
    private static final RewardTerms REWARDS = new RewardTerms(List.of(
            RewardTerm.of("numeric"),
            new RewardTerm(RewardChoice.of("format"), 0.2, "answer", null),
            new RewardTerm(RewardChoice.of("exact"), 0, "answer", "gold")));

    private static List<StepStatistics> steps(int count, IntFunction<Map<String, Double>> values) {
        return IntStream.range(0, count)
                .mapToObj(i -> new StepStatistics(i + 1, values.apply(i)))
                .toList();
    }

    /** All alarms that a run would raise, each after its step. */
    private static List<Alarm> raised(AlarmSettings settings, List<StepStatistics> steps) {
        RolloutAlarms alarms = new RolloutAlarms(settings, REWARDS);
        List<Alarm> raised = new ArrayList<>();
        for (int i = 1; i <= steps.size(); i++) {
            raised.addAll(alarms.after(steps.subList(0, i)));
        }
        return raised;
    }

    private static double noise(int step) {
        return step % 2 == 0 ? 0.02 : -0.02;
    }

    /** Nothing moves, and everything is within its limits. */
    @Test
    void aQuietRunRaisesNone() {
        assertThat(raised(
                        SETTINGS,
                        steps(
                                40,
                                i -> Map.of(
                                        "reward",
                                        0.5 + noise(i),
                                        "reward/numeric",
                                        0.5 + noise(i),
                                        "reward/format",
                                        0.9,
                                        "reward/gold",
                                        0.5 + noise(i),
                                        "completion-tokens",
                                        80 + 100 * noise(i),
                                        "reward-length",
                                        0.9,
                                        "entropy",
                                        1.0,
                                        "mismatch",
                                        1e-5))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "advantage-zero-groups; 0.9; EVEN_GROUPS; in 90 % of the groups all completions have one reward, above 80 %",
                "repetition; 0.6; REPETITION; 60 % of what completions say repeats itself, above 50 %",
                "cut; 0.25; CUT; 25 % of the completions do not come to an end, above 10 %",
                "unjudged; 0.2; UNJUDGED; 20 % of the completions have no score, above 10 %",
            })
    void aShareAboveItsLimitForAWindowIsAnAlarmOnce(String name, double share, AlarmType type, String saw) {
        assertThat(raised(SETTINGS, steps(12, i -> Map.of(name, share))))
                .containsExactly(new Alarm(type, 4, saw, false));
        assertThat(raised(SETTINGS, steps(12, i -> Map.of(name, i == 5 ? share : 0.0))))
                .isEmpty();
    }

    @Test
    void oneStepThatMovesThePolicyByMuchIsEnough() {
        List<Alarm> raised = raised(SETTINGS, steps(6, i -> Map.of("mismatch", i == 3 ? 0.02 : 0.001)));
        assertThat(raised)
                .containsExactly(new Alarm(
                        AlarmType.KL,
                        4,
                        "what is trained is KL 0.020 away from what sampled the rollouts, above 0.010",
                        false));
        assertThat(raised.get(0).text())
                .isEqualTo(
                        "alarm kl after step 4: what is trained is KL 0.020 away from what sampled the rollouts, above 0.010; a lower"
                                + " learning rate or fewer passes over a batch; of recorded rollouts, newer ones");
    }

    /** Of two passes over each batch the first measures the rollouts; windows are of those, and the second has a distance of its own. */
    @Test
    void furtherPassesOverTheSameRolloutsHideNothing() {
        List<Alarm> raised = raised(
                SETTINGS,
                steps(
                        16,
                        i -> i % 2 == 0
                                ? Map.of("mismatch", 0.0, "cut", i < 4 ? 0.0 : 0.2)
                                : Map.of("step-kl", i == 9 ? 0.02 : 0.001)));
        assertThat(raised)
                .containsExactly(
                        new Alarm(AlarmType.CUT, 9, "15 % of the completions do not come to an end, above 10 %", false),
                        new Alarm(
                                AlarmType.KL,
                                10,
                                "what is trained is KL 0.020 away from what sampled the rollouts, above 0.010",
                                false));
    }

    @Test
    void entropyBelowATenthOfItsStartIsACollapse() {
        assertThat(raised(SETTINGS, steps(16, i -> Map.of("entropy", i < 8 ? 2.0 : 0.1))))
                .containsExactly(
                        new Alarm(AlarmType.ENTROPY, 12, "entropy fell from 2.000 to 0.100, below 10 % of it", false));
    }

    @Test
    void theFirstDifferenceOfASamplerThatAgreedToTheBitIsSeen() {
        assertThat(raised(SETTINGS, steps(4, i -> Map.of("mismatch", i == 2 ? 1e-9 : 0.0))))
                .containsExactly(new Alarm(
                        AlarmType.MISMATCH,
                        3,
                        "sampling and training agreed to the bit, and now differ by 1.0e-09",
                        false));
        assertThat(raised(SETTINGS, steps(16, i -> Map.of("mismatch", 1e-4 * (1 + i)))))
                .extracting(Alarm::type)
                .containsExactly(AlarmType.MISMATCH);
    }

    /** Reward and length rise by one step after the eighth, and the longer completions of a group earn more. */
    @Test
    void rewardThatIsPaidForLengthIsSeen() {
        IntFunction<Map<String, Double>> longer = i -> Map.of(
                "reward", (i < 8 ? 0.3 : 0.6) + noise(i),
                "completion-tokens", (i < 8 ? 80.0 : 140.0) + noise(i),
                "reward-length", 0.7);
        assertThat(raised(SETTINGS, steps(16, longer))).singleElement().satisfies(alarm -> {
            assertThat(alarm.type()).isEqualTo(AlarmType.LENGTH);
            assertThat(alarm.saw()).contains("completions grew from ").contains("correlation 0.70, above 0.50");
        });
        assertThat(raised(SETTINGS, steps(16, i -> {
                    Map<String, Double> fair = new HashMap<>(longer.apply(i));
                    fair.put("reward-length", 0.1);
                    return fair;
                })))
                .isEmpty();
    }

    /** 0.2 · 0.9 for form against 0.1 for answers is 64 %. */
    @Test
    void aRewardThatIsForFormAloneIsSeen() {
        assertThat(raised(
                        SETTINGS,
                        steps(8, i -> Map.of("reward/numeric", 0.1, "reward/format", 0.9, "reward/gold", 0.1))))
                .containsExactly(new Alarm(
                        AlarmType.FORM,
                        4,
                        "64 % of the reward is for form, above 50 %, and answers do not become better",
                        false));
    }

    /** The judge peaks in the second window and falls while the reward goes on rising. */
    @Test
    void aJudgeThatFallsWhileTheRewardRisesStopsTheRun() {
        List<Alarm> raised = raised(
                SETTINGS,
                steps(
                        24,
                        i -> Map.of(
                                "reward", 0.2 + 0.02 * i + noise(i),
                                "reward/gold", (i < 8 ? 0.3 + 0.01 * i : 0.46 - 0.02 * i) + noise(i) / 4)));
        assertThat(raised).singleElement().satisfies(alarm -> {
            assertThat(alarm.type()).isEqualTo(AlarmType.JUDGE);
            assertThat(alarm.stops()).isTrue();
            assertThat(alarm.saw()).startsWith("reward/gold fell from 0.3").contains(" while reward rose from ");
            assertThat(alarm.text())
                    .contains("the run stops here (alarms.stop)")
                    .contains("the reward is being hacked");
        });
    }

    /**
     * The run without a budget of docs/results.md: gold, asked of 200 held-out prompts, falls from 64.0 to 32.5 % while the learned reward
     * hardly moves. Its intervals are apart from the best's at steps 40 and 60.
     */
    @Test
    void aJudgeThatFallsOnHeldOutPromptsIsSeenTheSecondTime() {
        double[] gold = {0.640, 0.480, 0.325, 0.220};
        double[] reward = {3.76, 3.70, 3.90, 4.06};
        List<StepStatistics> validations = new ArrayList<>();
        List<Alarm> raised = new ArrayList<>();
        for (int i = 0; i < gold.length; i++) {
            Interval interval = Intervals.wilson(Math.round(200 * gold[i]), 200);
            validations.add(new StepStatistics(
                    20L * (i + 1),
                    Map.of(
                            "evaluation/reward",
                            reward[i],
                            "evaluation/part/gold",
                            gold[i],
                            "evaluation/part/gold/low",
                            interval.low(),
                            "evaluation/part/gold/high",
                            interval.high())));
            raised.addAll(watching(AlarmSettings.usual()).afterValidation(validations));
        }
        assertThat(raised).singleElement().satisfies(alarm -> {
            assertThat(alarm.type()).isEqualTo(AlarmType.JUDGE);
            assertThat(alarm.step()).isEqualTo(60);
            assertThat(alarm.stops()).isTrue();
            assertThat(alarm.saw())
                    .isEqualTo(
                            "on held-out prompts evaluation/part/gold fell from 0.640 after step 20 to 0.325 while reward"
                                    + " rose from 3.760 to 3.900");
        });
    }

    /** A thousand runs of 20 validations of 100 prompts in which right answers come and go by chance: 29 are stopped. */
    @Test
    void aJudgeThatWaversOnHeldOutPromptsStopsNearlyNoRun() {
        Random random = new Random(15);
        int stopped = 0;
        for (int run = 0; run < 1000; run++) {
            List<StepStatistics> validations = new ArrayList<>();
            boolean stops = false;
            for (int i = 0; i < 20; i++) {
                long right = IntStream.range(0, 100)
                        .filter(prompt -> random.nextDouble() < 0.5)
                        .count();
                Interval interval = Intervals.wilson(right, 100);
                validations.add(new StepStatistics(
                        i,
                        Map.of(
                                "evaluation/reward",
                                0.01 * i,
                                "evaluation/part/gold",
                                right / 100.0,
                                "evaluation/part/gold/low",
                                interval.low(),
                                "evaluation/part/gold/high",
                                interval.high())));
                stops |= !watching(AlarmSettings.usual())
                        .afterValidation(validations)
                        .isEmpty();
            }
            stopped += stops ? 1 : 0;
        }
        assertThat(stopped).isLessThan(50);
    }

    private static RolloutAlarms watching(AlarmSettings settings) {
        return new RolloutAlarms(
                settings,
                new RewardTerms(List.of(
                        new RewardTerm(RewardChoice.of("chrf"), 1, "answer", null),
                        new RewardTerm(RewardChoice.of("exact"), 0, "answer", "gold"))));
    }

    /** Twenty runs of 200 steps in which the judge wavers around one value, each step a little like the one before. */
    @Test
    void aJudgeThatOnlyWaversStopsNoRun() {
        Random random = new Random(15);
        int stopped = 0;
        for (int run = 0; run < 20; run++) {
            double[] judge = new double[200];
            for (int i = 1; i < judge.length; i++) {
                judge[i] = 0.3 * judge[i - 1] + random.nextGaussian();
            }
            List<Alarm> raised = raised(
                    AlarmSettings.usual(),
                    steps(200, i -> Map.of("reward", 0.02 * i + random.nextGaussian(), "reward/gold", judge[i])));
            stopped += raised.isEmpty() ? 0 : 1;
        }
        assertThat(stopped).isZero();
    }

    @Test
    void aPartThatIsBoughtWithAnotherIsSeen() {
        assertThat(raised(
                        SETTINGS,
                        steps(
                                16,
                                i -> Map.of(
                                        "reward",
                                        0.2 + 0.02 * i + noise(i),
                                        "reward/numeric",
                                        0.8 - 0.03 * i + noise(i) / 4))))
                .extracting(Alarm::type)
                .containsExactly(AlarmType.PART);
    }

    /** The alarms are a function of the steps: a run that is resumed after any of them raises what the whole one did. */
    @Test
    void aResumedRunRaisesTheSame() {
        List<StepStatistics> steps = steps(16, i -> Map.of("entropy", i < 8 ? 2.0 : 0.1, "cut", i < 4 ? 0.0 : 0.3));
        List<Alarm> whole = raised(SETTINGS, steps);
        assertThat(whole).hasSize(2);
        RolloutAlarms again = new RolloutAlarms(SETTINGS, REWARDS);
        for (Alarm alarm : whole) {
            assertThat(again.after(steps.subList(0, (int) alarm.step()))).contains(alarm);
        }
    }

    @Test
    void whatWasNotMeasuredRaisesNothing() {
        assertThat(raised(SETTINGS, steps(16, i -> Map.of()))).isEmpty();
        assertThat(raised(SETTINGS, steps(16, i -> Map.of("cut", Double.NaN, "entropy", Double.NaN))))
                .isEmpty();
        assertThat(new RolloutAlarms(SETTINGS, REWARDS).after(List.of())).isEmpty();
    }

    @Test
    void thePageOfRewardsHasThemAll() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "rewards.md"));
        for (AlarmType type : AlarmType.values()) {
            assertThat(page).contains("| `" + type.word() + "` | ");
        }
        for (RecordComponent setting : AlarmSettings.class.getRecordComponents()) {
            String key = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            assertThat(page)
                    .contains("| `" + key + "` | "
                            + setting.getAnnotation(Default.class).value() + " | ");
        }
    }

    /** Settings with alarms among them. */
    public record Learning(String method, AlarmSettings alarms) {}

    @Test
    void alarmsAreSetInAFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, "method: grpo\n");
        assertThat(Settings.read(file).bind(Learning.class).value().alarms()).isEqualTo(AlarmSettings.usual());
        Files.writeString(file, "method: grpo\nalarms: {window: 4, cut: 0.3, stop: [judge, even-groups], off: kl}\n");
        AlarmSettings read = Settings.read(file).bind(Learning.class).value().alarms();
        assertThat(read.stop()).containsExactly(AlarmType.JUDGE, AlarmType.EVEN_GROUPS);
        assertThat(read.off()).containsExactly(AlarmType.KL);
        assertThat(raised(read, steps(6, i -> Map.of("mismatch", 1.0, "advantage-zero-groups", 0.9))))
                .containsExactly(new Alarm(
                        AlarmType.EVEN_GROUPS,
                        4,
                        "in 90 % of the groups all completions have one reward, above 80 %",
                        true));
        Files.writeString(file, "method: grpo\nalarms: {cut: 3, stop: judge, off: judge}\n");
        assertThatThrownBy(() -> Settings.read(file).bind(Learning.class).value())
                .hasMessageContaining("run.yaml:2: alarms.cut (3.0) must be a share from 0 to 1");
    }
}
