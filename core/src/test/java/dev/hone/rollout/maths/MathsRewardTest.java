package dev.hone.rollout.maths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.rollout.Reward;
import dev.hone.rollout.Task;
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
