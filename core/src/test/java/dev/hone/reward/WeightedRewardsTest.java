package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WeightedRewardsTest {
    private static final List<Completion> GROUP =
            List.of(RewardTest.reply("7"), RewardTest.reply("seven"), RewardTest.reply("it is 7"));
    private static final Reward RIGHT = new ContainsReward("answer");
    private static final Reward LENGTH = (task, completion) -> completion.text().length();

    private final Task task = RewardTest.task("7");

    /** 1 · {1, 0, 1} + 0.1 · {1, 5, 7} = {1.1, 0.5, 1.7}. */
    @Test
    void theSumHasEachRewardByItsWeight() {
        GroupScores scores = score(weighted("right", 1, RIGHT), weighted("length", 0.1, LENGTH));
        assertThat(scores.totals()).containsExactly(new double[] {1.1, 0.5, 1.7}, within(1e-12));
        assertThat(scores.parts().get(0).scores()).containsExactly(1, 0, 1);
        assertThat(scores.parts().get(1).scores()).containsExactly(1, 5, 7);
        assertThat(scores.unjudged()).isEmpty();
    }

    /** Of "7" the second says nothing, and of "seven" nobody does. */
    @Test
    void aRewardWithoutJudgementIsLeftOutOfTheSum() {
        Reward numbers = (task, completion) -> completion.text().equals("seven") ? Double.NaN : 1;
        Reward sentences = (task, completion) -> completion.text().contains(" ") ? 1 : Double.NaN;
        GroupScores scores = score(weighted("numbers", 1, numbers), weighted("sentences", 0.5, sentences));
        assertThat(scores.totals()).containsExactly(1, Double.NaN, 1.5);
        assertThat(scores.unjudged())
                .containsExactly(
                        new Unjudged("numbers", 0, 1, Unjudged.Cause.NO_JUDGEMENT, null),
                        new Unjudged("sentences", 0, 0, Unjudged.Cause.NO_JUDGEMENT, null),
                        new Unjudged("sentences", 0, 1, Unjudged.Cause.NO_JUDGEMENT, null));
    }

    /** Only the completion that it fails on has no sum, and none is a 0. */
    @Test
    void aRewardThatThrowsTakesNoOtherCompletionAlong() {
        Reward throwing =
                (task, completion) -> Integer.parseInt(completion.text().replace("it is ", ""));
        GroupScores scores = score(weighted("right", 1, RIGHT), weighted("parsed", 1, throwing));
        assertThat(scores.totals()).containsExactly(8, Double.NaN, 8);
        assertThat(scores.parts().get(0).scores()).containsExactly(1, 0, 1);
        assertThat(scores.unjudged())
                .containsExactly(new Unjudged(
                        "parsed",
                        0,
                        1,
                        Unjudged.Cause.FAILED,
                        "java.lang.NumberFormatException: For input string: \"seven\""));
    }

    @Test
    void infinityIsNoScore() {
        Reward inverse = (task, completion) -> 1.0 / (completion.text().length() - 1);
        GroupScores scores = score(weighted("inverse", 1, inverse));
        assertThat(scores.totals()).containsExactly(Double.NaN, 0.25, 1 / 6.0);
        assertThat(scores.unjudged())
                .containsExactly(new Unjudged("inverse", 0, 0, Unjudged.Cause.INFINITE, "score Infinity"));
    }

    @Test
    void aWrongNumberOfScoresIsNobodysScore() {
        Reward first = new Reward() {
            @Override
            public double score(Task task, Completion completion) {
                return 1;
            }

            @Override
            public List<Double> scores(Task task, List<Completion> completions) {
                return List.of(1.0);
            }
        };
        GroupScores scores = score(weighted("first", 1, first));
        assertThat(scores.totals()).containsExactly(Double.NaN, Double.NaN, Double.NaN);
        assertThat(scores.unjudged())
                .hasSize(3)
                .allMatch(one ->
                        one.cause() == Unjudged.Cause.WRONG_COUNT && "1 scores of 3 completions".equals(one.message()));
    }

    @Test
    void aRewardThatIsOnlyWatchedMayFail() {
        Reward failing = (task, completion) -> {
            throw new IllegalStateException("no judge");
        };
        GroupScores scores = score(weighted("right", 1, RIGHT), weighted("watched", 0, failing));
        assertThat(scores.totals()).containsExactly(1, 0, 1);
        assertThat(scores.unjudged()).hasSize(3);
    }

    /** The group and two completions of it are waited for, the third is not asked. */
    @Test
    void aRewardThatHangsIsNotWaitedForAgainAndAgain() {
        List<String> asked = new ArrayList<>();
        Reward hanging = (task, completion) -> {
            asked.add(completion.text());
            throw new RewardTimeoutException("reward x did not answer within 60 s");
        };
        GroupScores scores = score(weighted("hanging", 1, hanging));
        assertThat(asked).containsExactly("7", "7", "seven");
        assertThat(scores.unjudged()).hasSize(3).allMatch(one -> one.cause() == Unjudged.Cause.TIMED_OUT);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProgramThatDiesLosesTheCompletionItDiedOf() {
        String program =
                "while read line; do case \"$line\" in *seven*) exit 3;; *) echo '{\"score\": 1}';; esac; done";
        try (Reward command = new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(20))) {
            GroupScores scores = score(weighted("command", 1, command));
            assertThat(scores.totals()).containsExactly(1, Double.NaN, 1);
            assertThat(scores.unjudged())
                    .singleElement()
                    .matches(one -> one.sample() == 1
                            && one.cause() == Unjudged.Cause.FAILED
                            && String.valueOf(one.message()).endsWith("ended without an answer"));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProgramSaysThatItHasNoJudgementByNull() {
        try (Reward command = new CommandReward(
                List.of("sh", "-c", "while read line; do echo '{\"score\": null}'; done"), Duration.ofSeconds(20))) {
            assertThat(command.score(task, GROUP.get(0))).isNaN();
        }
    }

    @Test
    void aTaskThatLacksSomethingIsAnErrorOfTheData() {
        assertThatThrownBy(() -> score(weighted("other", 1, new ExactReward("result"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column result is missing, which the reward needs");
    }

    @Test
    void missingScoresAreReportedWithTheFirstRow() {
        List<Unjudged> some = List.of(
                new Unjudged("judge", 6, 2, Unjudged.Cause.TIMED_OUT, "reward judge did not answer within 60 s"),
                new Unjudged("judge", 7, 0, Unjudged.Cause.FAILED, "it died"),
                new Unjudged("maths", 9, 1, Unjudged.Cause.NO_JUDGEMENT, null));
        assertThat(Unjudged.describe(some, 64, row -> "prompts.jsonl:" + (row + 1)))
                .containsExactly(
                        "reward judge: 2 of 64 completions have no score and are left out (1 timed out, 1 failed); the first:"
                                + " prompts.jsonl:7, sample 2: reward judge did not answer within 60 s",
                        "reward maths: 1 of 64 completions have no score and are left out (1 no judgement); the first:"
                                + " prompts.jsonl:10, sample 1");
    }

    @Test
    void rewardsThatCannotBeSummedAreRefused() {
        assertThatThrownBy(() -> new WeightedRewards(List.of())).hasMessage("rewards must name at least one");
        assertThatThrownBy(() -> score(weighted("a", 1, RIGHT), weighted("a", 1, RIGHT)))
                .hasMessage("rewards have the name a twice");
        assertThatThrownBy(() -> score(weighted("a", 0, RIGHT))).hasMessageContaining("all have the weight 0");
        assertThatThrownBy(() -> weighted("a", Double.NaN, RIGHT)).hasMessageContaining("must be a finite number");
    }

    @Test
    void aClassOfTheUsersMayScore() {
        try (Reward plain = JavaReward.open(Shortness.class.getName(), null, Duration.ofSeconds(20));
                Reward given = JavaReward.open(Shortness.class.getName(), "5", Duration.ofSeconds(20))) {
            assertThat(plain.score(task, RewardTest.reply("abc"))).isEqualTo(1 / 3.0);
            assertThat(given.score(task, RewardTest.reply("abc"))).isEqualTo(5 / 3.0);
            assertThat(given.scores(task, GROUP)).containsExactly(5.0, 1.0, 5 / 7.0);
        }
    }

    @Test
    void aClassThatIsNoRewardIsRefusedBeforeAnythingRuns() {
        assertThatThrownBy(() -> JavaReward.check("com.example.Missing", null))
                .hasMessageStartingWith("class (com.example.Missing) is not on the class path; ./hone looks into");
        assertThatThrownBy(() -> JavaReward.check("java.lang.String", null))
                .hasMessage("class (java.lang.String) does not implement dev.hone.reward.Reward");
        assertThatThrownBy(() -> JavaReward.check(ExactReward.class.getName(), null))
                .hasMessageContaining("must be public with a public constructor without parameters");
        assertThatThrownBy(() -> JavaReward.check(Hanging.class.getName(), "x"))
                .hasMessageContaining("must be public with a public static of(String)");
    }

    @Test
    void whatAClassRefusesIsTheUsersToMend() {
        assertThatThrownBy(() -> JavaReward.open(Shortness.class.getName(), "five", Duration.ofSeconds(20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("class (" + Shortness.class.getName() + ") refuses (five): For input string: \"five\"");
    }

    /** What it throws is a failure of the completion; only its own complaint about the task is one of the data. */
    @Test
    void whatAClassThrowsIsToldWithItsName() {
        try (Reward reward = JavaReward.open(Shortness.class.getName(), null, Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> reward.score(task, RewardTest.reply("")))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("reward class " + Shortness.class.getName()
                            + " threw java.lang.ArithmeticException: nothing to divide by");
        }
    }

    @Test
    void aClassThatHangsIsGivenUp() {
        try (Reward reward = JavaReward.open(Hanging.class.getName(), null, Duration.ofMillis(200))) {
            assertThatThrownBy(() -> reward.score(task, RewardTest.reply("long")))
                    .isInstanceOf(RewardTimeoutException.class)
                    .hasMessageContaining("did not return within");
            assertThat(reward.score(task, RewardTest.reply("short"))).isEqualTo(1);
        }
    }

    /** A user's reward: the shorter, the better. */
    public static final class Shortness implements Reward {
        private final int unit;

        public Shortness() {
            this(1);
        }

        private Shortness(int unit) {
            this.unit = unit;
        }

        public static Shortness of(String unit) {
            return new Shortness(Integer.parseInt(unit));
        }

        @Override
        public double score(Task task, Completion completion) {
            if (completion.text().isEmpty()) {
                throw new ArithmeticException("nothing to divide by");
            }
            return unit / (double) completion.text().length();
        }
    }

    /** A user's reward that sleeps over "long". */
    public static final class Hanging implements Reward {
        @Override
        public double score(Task task, Completion completion) {
            if (completion.text().equals("long")) {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return 1;
        }
    }

    private GroupScores score(WeightedRewards.Weighted... rewards) {
        return new WeightedRewards(List.of(rewards)).score(task, GROUP);
    }

    private static WeightedRewards.Weighted weighted(String name, double weight, Reward reward) {
        return new WeightedRewards.Weighted(name, weight, reward);
    }
}
