package dev.hone.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.reward.ExactReward;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskSamplerTest {
    private static final Reward LENGTH = (task, completion) -> completion.ids().length;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private LoadedModel model;

    @BeforeEach
    void open() {
        model = new LoadedModel(
                TinyModels.frozen(TinyModels.stories(), 1),
                null,
                TinyTokenizers.bytes(folder),
                ChatTemplate.builtIn("chatml"),
                Set.of());
    }

    @AfterEach
    void close() {
        model.close();
    }

    private static Task task(long row, String prompt) {
        return new Task(row, List.of(Message.user(prompt)), JsonNodeFactory.instance.objectNode());
    }

    private List<List<Sample>> sample(TaskSampler sampler, int slots, Task... tasks) {
        return sampler.sample(List.of(tasks), slots, row -> "row " + row, () -> false)
                .orElseThrow();
    }

    /** Of task 5, three samples each, sample 2 is request 5 · 3 + 2 = 17. */
    @Test
    void aSampleIsTheRequestOfItsRowAndNumberWhateverIsBesideIt() {
        TaskSampler sampler = new TaskSampler(model, LENGTH, 3, Sampling.unchanged(), 9);
        List<List<Sample>> both = sample(sampler, 6, task(4, "one"), task(5, "two"));
        Sample last = both.get(1).get(2);
        assertThat(last.number()).isEqualTo(2);
        assertThat(last.score()).isEqualTo(last.completion().ids().length);
        try (Generator generator = model.generator(1)) {
            assertThat(generator
                            .complete(List.of(model.request(List.of(Message.user("two")), Sampling.unchanged(), 9)
                                    .numbered(17)))
                            .get(0)
                            .ids())
                    .containsExactly(last.completion().ids());
        }
        assertThat(sample(sampler, 1, task(5, "two")).get(0).get(2).completion().ids())
                .containsExactly(last.completion().ids());
    }

    @Test
    void whoAsksToStopGetsNothing() {
        TaskSampler sampler = new TaskSampler(model, LENGTH, 1, Sampling.greedy(), 9);
        assertThat(sampler.sample(List.of(task(0, "one")), 1, row -> "", () -> true))
                .isEmpty();
    }

    @Test
    void aTaskThatLacksWhatTheRewardNeedsIsNamed() {
        TaskSampler sampler = new TaskSampler(model, new ExactReward("answer"), 1, Sampling.greedy(), 3);
        assertThatThrownBy(() -> sample(sampler, 1, task(7, "one")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("row 7: column answer is missing");
    }

    /** What a reward did wrong is told with the row, and never a score of 0. */
    @Test
    void aRewardThatFailsEndsTheWorkWithItsRow() {
        Reward failing = (task, completion) -> {
            throw new TrainingException("reward x ended without an answer");
        };
        assertFails(failing, "row 7: reward x ended without an answer");
        assertFails(
                (task, completion) -> Double.POSITIVE_INFINITY,
                "row 7: the reward gave completion 0 the score Infinity");
        assertFails(
                new Reward() {
                    @Override
                    public double score(Task task, Completion completion) {
                        return 1;
                    }

                    @Override
                    public List<Double> scores(Task task, List<Completion> completions) {
                        return List.of();
                    }
                },
                "row 7: the reward gave 0 scores of 1 completions");
        TaskSampler silent = new TaskSampler(model, (task, completion) -> Double.NaN, 1, Sampling.greedy(), 3);
        assertThat(sample(silent, 1, task(7, "one")).get(0).get(0).isJudged()).isFalse();
    }

    private void assertFails(Reward reward, String message) {
        TaskSampler sampler = new TaskSampler(model, reward, 1, Sampling.greedy(), 3);
        assertThatThrownBy(() -> sample(sampler, 1, task(7, "one")))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(message);
    }
}
