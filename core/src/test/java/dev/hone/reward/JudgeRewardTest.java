package dev.hone.reward;

import static dev.hone.reward.RewardTest.reply;
import static dev.hone.reward.RewardTest.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.RewardContract;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeRewardTest {
    private static final LanguageModel MODEL = TinyModels.frozen(TinyModels.llama(260, 16, 24, 2, 4, 2, 512), 1);
    private static final String QUESTION = "{prompt} {answer}? {reference}";

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

    /** With y and n the sums over the bytes of " yes" and " no" behind the question: 1 / (1 + exp(n − y)). */
    @Test
    void theScoreIsTheProbabilityOfOneWordAgainstTheOther() {
        String text = "? six? 7\nAnswer:";
        double expected = 1 / (1 + Math.exp(logProbability(text, " no") - logProbability(text, " yes")));
        JudgeReward graded = reward(MODEL, null, question(QUESTION, null, null, true));
        assertThat(graded.score(task("7"), reply("six"))).isCloseTo(expected, within(1e-5));
        JudgeReward verdict = reward(MODEL, null, question(QUESTION, null, null, false));
        assertThat(verdict.score(task("7"), reply("six"))).isEqualTo(expected > 0.5 ? 1 : 0);
        JudgeReward turned = reward(MODEL, null, question(QUESTION, "no", "yes", true));
        assertThat(turned.score(task("7"), reply("six"))).isCloseTo(1 - expected, within(1e-5));
    }

    @Test
    void aJudgeWithATemplateIsAskedInIt() {
        ChatTemplate template = ChatTemplate.builtIn("chatml");
        String text = template.text(List.of(Message.user("? six? 7")), List.of(), ChatTemplate.Options.prompt());
        double expected = 1 / (1 + Math.exp(logProbability(text, "no") - logProbability(text, "yes")));
        JudgeReward graded = reward(MODEL, template, question(QUESTION, null, null, true));
        assertThat(graded.score(task("7"), reply("six"))).isCloseTo(expected, within(1e-5));
    }

    /** An answer that equals the right one is neither better nor worse: what the judge's place is worth cancels. */
    @Test
    void aComparisonIsAskedInBothOrders() {
        JudgeReward graded = reward(MODEL, null, question("{prompt} A {a} B {b}", null, null, true));
        assertThat(graded.score(task("seven"), reply("seven"))).isCloseTo(0.5, within(1e-6));
        double first = pair("? A six B seven\nAnswer:");
        double second = 1 - pair("? A seven B six\nAnswer:");
        assertThat(graded.score(task("seven"), reply("six"))).isCloseTo((first + second) / 2, within(1e-5));
    }

    private double pair(String text) {
        return 1 / (1 + Math.exp(logProbability(text, " B") - logProbability(text, " A")));
    }

    /** What an answer holds is not taken for a place of the question. */
    @Test
    void placesAreFilledOnce() {
        assertThat(question(QUESTION, null, null, false).about(task("7"), "{reference} $1", "answer", true))
                .isEqualTo("? {reference} $1? 7");
    }

    @Test
    void aQuestionWithoutAnAnswerIsRefused() {
        assertThatThrownBy(() -> question("Is it right?", null, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must hold {answer}, or both {a} and {b}");
        assertThatThrownBy(() -> question("{answer}", " ", null, false)).hasMessageContaining("must be words");
    }

    @Test
    void wordsThatTheJudgeCannotSayOrTellApartAreRefused() {
        assertThatThrownBy(() -> reward(MODEL, null, question(QUESTION, "no", "not", false)))
                .hasMessageContaining("begin with the same tokens");
        assertThatThrownBy(() -> reward(MODEL, null, question(QUESTION, "<|im_end|>", null, false)))
                .hasMessageContaining("the judge's vocabulary does not hold the word (<|im_end|>)");
    }

    @Test
    void aQuestionLongerThanTheContextIsTheTasksError() {
        JudgeReward reward = reward(MODEL, null, question(QUESTION, null, null, false));
        assertThatThrownBy(() -> reward.score(task("7"), reply("x".repeat(600))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens, more than its context of 512");
    }

    @Test
    void aTaskWithoutTheReferenceThatTheQuestionAsksAboutIsNamed() {
        JudgeReward reward = reward(MODEL, null, question(QUESTION, null, null, false));
        Task bare = new Task(0, List.of(Message.user("?")), JsonNodeFactory.instance.objectNode());
        assertThatThrownBy(() -> reward.score(bare, reply("six"))).hasMessageContaining("column answer is missing");
        assertThat(reward(MODEL, null, question("{answer}", null, null, false)).score(bare, reply("six")))
                .isBetween(0.0, 1.0);
    }

    @Test
    void aJudgeThatFailsGivesNoScore() {
        LanguageModel broken = new LanguageModel(
                TinyModels.llama(260, 16, 24, 2, 4, 2, 512),
                (spec, type) -> Tensor.full(type, Double.NaN, spec.shape()),
                WeightPlacement.frozen(DType.F32));
        JudgeReward reward = reward(broken, null, question(QUESTION, null, null, false));
        assertThatThrownBy(() -> reward.score(task("7"), reply("six")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("so there is no verdict");
    }

    @Test
    void aFileAsksItsOwnQuestion() throws Exception {
        Path judge = folder.resolve("judge");
        TinyTokenizers.bytes(judge).close();
        CheckpointWriter.write(judge, MODEL, DType.F32);
        Path file = folder.resolve("judge.yaml");
        Files.writeString(file, "model: " + judge + "\nquestion: \"{answer} right?\"\ngraded: true\n");
        try (JudgeReward own = JudgeReward.open(file, "answer");
                JudgeReward usual = JudgeReward.open(judge, "answer")) {
            assertThat(own.score(task("7"), reply("six"))).isBetween(0.0, 1.0).isNotIn(0.0, 1.0);
            assertThat(usual.score(task("7"), reply("six"))).isIn(0.0, 1.0);
        }
        Files.writeString(file, "model: " + judge + "\nquestion: \"right?\"\n");
        assertThatThrownBy(() -> JudgeReward.open(file, "answer"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must hold {answer}");
        Files.writeString(file, "model: " + judge + "\nquestion: \"{answer}\"\nyes: same\nno: same\n");
        assertThatThrownBy(() -> JudgeReward.open(file, "answer"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("judge.yaml: yes (same) and no (same) begin with the same tokens");
    }

    @Nested
    class OfJudge extends RewardContract {
        @Override
        protected Reward open() {
            LoadedModel own = new LoadedModel(MODEL, null, TinyTokenizers.bytes(folder), null, Set.of());
            return new JudgeReward(own, question(QUESTION, null, null, true), "answer");
        }

        @Override
        protected Task task() {
            return RewardTest.task("7");
        }

        /** Of random weights; the order is its own. */
        @Override
        protected List<String> completions() {
            try (Reward reward = open()) {
                return List.of("six", "", "seven or more").stream()
                        .sorted(java.util.Comparator.comparingDouble(
                                (String text) -> -reward.score(task(), reply(text))))
                        .toList();
            }
        }
    }

    private JudgeReward reward(LanguageModel model, @Nullable ChatTemplate template, JudgeQuestion question) {
        return new JudgeReward(new LoadedModel(model, null, tokenizer, template, Set.of()), question, "answer");
    }

    private JudgeQuestion question(String text, @Nullable String yes, @Nullable String no, boolean graded) {
        return new JudgeQuestion(folder, null, text, yes, no, graded);
    }

    private double logProbability(String prompt, String word) {
        int from = tokenizer.ids(prompt, Specials.NONE).length;
        int[] ids = tokenizer.ids(prompt + word, Specials.NONE);
        float[] weights = new float[ids.length];
        java.util.Arrays.fill(weights, from, ids.length, 1);
        try (Scope scope = Scope.open()) {
            float[] each = MODEL.score(Batch.of(List.of(new Example(0, ids, weights))), null)
                    .logProbabilities()
                    .floats();
            double sum = 0;
            for (float one : each) {
                sum += one;
            }
            return sum;
        }
    }
}
