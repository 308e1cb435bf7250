package dev.hone.reward.maths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.testkit.RewardContract;
import dev.hone.text.Message;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MathsRewardTest {
    @Test
    void theRightAnswerMayStandAloneBehindAMarkerOrInABox() {
        for (String right :
                List.of("1/2", "Half of it is 1/2.\n#### 1/2", "Thus $p = \\boxed{\\frac{1}{2}}$ as $2 > 1$.")) {
            MathsReward reward = new MathsReward("answer");
            assertThat(reward.score(task(right), RewardContract.completion("So \\boxed{0.5}")))
                    .isEqualTo(1);
            assertThat(reward.score(task(right), RewardContract.completion("So \\boxed{2}")))
                    .isZero();
            assertThat(reward.score(task(right), RewardContract.completion(""))).isZero();
            assertThat(reward.unjudged()).isEmpty();
        }
    }

    /** So that a majority is one of values, and not of texts. */
    @Test
    void answersOfOneValueVoteForTheSame() {
        MathsReward reward = new MathsReward("answer");
        String half = reward.vote(RewardContract.completion("So \\boxed{\\frac{1}{2}}"));
        assertThat(reward.vote(RewardContract.completion("It is 0.5."))).isEqualTo(half);
        assertThat(reward.vote(RewardContract.completion("It is 2."))).isNotEqualTo(half);
    }

    /** What is equal in value but still to be worked out is no answer, in whatever order; a form of the right one's own is. */
    @Test
    void aTermOfThePromptIsNoAnswer() {
        assertThat(asked("Compute $99^2+99+1$.", "9901", "\\boxed{99^2+99+1}")).isZero();
        assertThat(asked("Compute $99^2+99+1$.", "9901", "\\boxed{1+99+99^2}")).isZero();
        assertThat(asked("Compute $99^2+99+1$.", "9901", "\\boxed{9900+1}")).isEqualTo(1);
        assertThat(asked("Simplify $\\frac{6}{8}$.", "\\frac{3}{4}", "\\boxed{\\frac{6}{8}}"))
                .isZero();
        assertThat(asked("What is half of $\\frac{3}{2}$?", "0.75", "\\boxed{\\frac34}"))
                .isEqualTo(1);
        assertThat(asked("Expand $(x+1)^2$.", "x^2+2x+1", "\\boxed{(x+1)^2}")).isZero();
        assertThat(asked("Which is larger, $3^{20}$ or $2^{30}$?", "3^{20}", "\\boxed{3^{20}}"))
                .isEqualTo(1);
        assertThat(asked("She has 12 apples and eats 5 of 12.", "12", "She has 12 apples and eats 5 of 12."))
                .isZero();
    }

    private static double asked(String prompt, String right, String completion) {
        Task task = new Task(
                0,
                List.of(Message.user(prompt)),
                JsonNodeFactory.instance.objectNode().put("answer", right));
        return new MathsReward("answer").score(task, RewardContract.completion(completion));
    }

    /** A number in JSON is a right answer as well, as SVAMP has it. */
    @Test
    void theRightAnswerMayBeANumber() {
        ObjectNode columns = JsonNodeFactory.instance.objectNode().put("Answer", 34.0);
        Task task = new Task(0, List.of(Message.user("?")), columns);
        assertThat(new MathsReward("Answer").score(task, RewardContract.completion("He had $34.")))
                .isEqualTo(1);
    }

    @Test
    void aRightAnswerThatCannotBeReadGivesNoScoreUnlessTheTextIsTheSame() {
        MathsReward reward = new MathsReward("answer");
        Task task = task("\\sum_{i=1}^{n} i");
        assertThat(reward.score(task, RewardContract.completion("\\boxed{\\sum_{i=1}^{n}i}")))
                .isEqualTo(1);
        assertThat(reward.score(task, RewardContract.completion("\\boxed{n(n+1)/2}")))
                .isNaN();
        assertThat(reward.score(task, RewardContract.completion(""))).isNaN();
        assertThat(reward.unjudged())
                .containsOnlyKeys("it has \\sum, which is not read")
                .containsValue(2L);
    }

    @Test
    void aTaskWithoutTheColumnIsRefused() {
        assertThatThrownBy(() -> new MathsReward("solution").score(task("5"), RewardContract.completion("5")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column solution is missing");
    }

    static Task task(String answer) {
        return new Task(
                0,
                List.of(Message.user("?")),
                JsonNodeFactory.instance.objectNode().put("answer", answer));
    }

    @Nested
    class Contract extends RewardContract {
        @Override
        protected Reward open() {
            return new MathsReward("answer");
        }

        @Override
        protected Task task() {
            return MathsRewardTest.task("\\frac{3}{4}");
        }

        @Override
        protected List<String> completions() {
            return List.of("The answer is $0.75$.", "\\boxed{3/4}", "<think>3/4", "4/3");
        }
    }
}
