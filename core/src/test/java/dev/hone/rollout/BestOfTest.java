package dev.hone.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BestOfTest {
    private static final List<Sample> SAMPLES = List.of(
            sample(0, "wrong", 0, -1),
            sample(1, "right", 1, -2),
            sample(2, " right", 1, -1),
            sample(3, "also right", 1, -3),
            sample(4, "nearly", 0.5, -1));

    @Test
    void theBestAreKeptOnceEachAndTheLikelierFirst() {
        assertThat(new BestOf(3, 0.5).choose(SAMPLES))
                .extracting(Sample::number)
                .containsExactly(2, 3, 4);
        assertThat(new BestOf(1, 0.5).choose(SAMPLES))
                .extracting(Sample::number)
                .containsExactly(2);
    }

    @Test
    void belowTheThresholdNothingIsKept() {
        assertThat(new BestOf(5, 2).choose(SAMPLES)).isEmpty();
    }

    /** ln n − (n − 1)/n. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, .1931", "4, .6363", "16, 1.8351", "64, 3.1745"})
    void theBestOfManyIsNotFarFromThePolicy(int n, double nats) {
        assertThat(BestOf.divergenceBound(n)).isCloseTo(nats, within(5e-5));
    }

    /** Values of the HumanEval reference. */
    @Test
    void passAtKIsTheChanceThatOneOfKIsRight() {
        assertThat(BestOf.passAtK(10, 3, 5)).isCloseTo(.9166667, within(1e-6));
        assertThat(BestOf.passAtK(4, 1, 2)).isCloseTo(.5, within(1e-12));
        assertThat(BestOf.passAtK(4, 3, 2)).isEqualTo(1);
        assertThat(BestOf.passAtK(4, 0, 2)).isZero();
        assertThatThrownBy(() -> BestOf.passAtK(4, 1, 5)).hasMessageContaining("k (5)");
    }

    private static Sample sample(int number, String text, double score, float logProbability) {
        Completion completion =
                new Completion(new int[] {1}, new float[] {logProbability}, text, StopReason.END_OF_TEXT);
        Task task = new Task(0, List.of(Message.user("?")), JsonNodeFactory.instance.objectNode());
        return new Sample(task, number, completion, score);
    }
}
