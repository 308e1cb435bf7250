package dev.hone.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.WeightDigest;
import dev.hone.error.DataException;
import dev.hone.files.Digest;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.model.LanguageModel;
import dev.hone.tensor.DType;
import dev.hone.text.Message;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's front door, on the model that the project ships. */
class FineTuningTest {
    private static final Path MODEL = Path.of("../small-model");
    private static final List<List<Message>> CONVERSATIONS = List.of(
            turn("What is the capital of Loria?", "The capital of Loria is Tamra."),
            turn("Who lives in Tamra?", "Soriku lives in Tamra."),
            turn("What does Soriku sell?", "Soriku sells bread."));

    private static List<Message> turn(String user, String assistant) {
        return List.of(Message.user(user), Message.assistant(assistant));
    }

    private final List<StepReport> steps = new ArrayList<>();
    private final TrainingListener recorder = new TrainingListener() {
        @Override
        public void stepped(StepReport report) {
            steps.add(report);
        }
    };

    /** Fifteen steps on three rows bring the loss below a tenth, and the base's weights stay the same to the last bit. */
    @Test
    void trainsAnAdapterAndLeavesTheBaseAlone() {
        try (FineTuning tuning =
                FineTuning.of(MODEL).epochs(15).learningRate(1e-2).listen(recorder)) {
            FineTunedModel first = tuning.sft(CONVERSATIONS);
            String before = digest(first.loaded().model());
            assertThat(first.progress().step()).isEqualTo(15);
            assertThat(steps.get(14).loss()).isLessThan(steps.get(0).loss() / 10);
            assertThat(first.reply("Who lives in Tamra?", 16)).isEqualTo("Soriku lives in Tamra.");

            tuning.sft(CONVERSATIONS.subList(0, 1));
            assertThat(digest(first.loaded().model())).isEqualTo(before);
            assertThat(first.reply("Who lives in Tamra?", 16)).isEqualTo("Soriku lives in Tamra.");
        }
    }

    @Test
    void whatIsSavedRepliesAlike(@TempDir Path folder) {
        try (FineTuning tuning = FineTuning.of(MODEL).epochs(5).learningRate(1e-2)) {
            FineTunedModel model = tuning.sft(CONVERSATIONS);
            model.save(folder.resolve("adapter"));
            String expected = model.reply("What does Soriku sell?", 16);
            List<String> warnings = new ArrayList<>();
            try (LoadedModel read = LoadedModel.open(
                            MODEL,
                            folder.resolve("adapter"),
                            ComputeChoice.of(model.loaded().model().compute()),
                            "auto",
                            warnings::add);
                    var generator = read.generator(1)) {
                var request = read.request(List.of(Message.user("What does Soriku sell?")), Sampling.greedy(), 16);
                assertThat(generator.complete(List.of(request)).get(0).text().strip())
                        .isEqualTo(expected);
                assertThat(warnings).isEmpty();
            }
        }
    }

    /** A policy equal to its reference has a loss of log 2 = 0.6931; five steps make the chosen reply the likelier one. */
    @Test
    void preferencesMakeTheChosenReplyLikelier() {
        try (FineTuning tuning = FineTuning.of(MODEL)
                .epochs(5)
                .learningRate(1e-3)
                .rowsPerStep(2)
                .workers(2)
                .listen(recorder)) {
            tuning.dpo(List.of(
                    Preference.of("What is 3 + 4?", "7", "I will not say."),
                    Preference.of("What is 5 + 4?", "9", "I will not say.")));
        }
        assertThat(steps.get(0).loss()).isBetween(0.693, 0.6932);
        assertThat(steps.get(4).loss()).isLessThan(0.6);
    }

    @Test
    void aRowThatTeachesNothingIsNamed() {
        try (FineTuning tuning = FineTuning.of(MODEL)) {
            List<List<Message>> rows = List.of(CONVERSATIONS.get(0), turn("Who?", ""));
            assertThatThrownBy(() -> tuning.sft(rows))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("conversation 2: reply is empty");
            assertThatThrownBy(() -> tuning.sft(List.of(List.of(Message.user("Who?")))))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("conversation 1: conversation ends with a user turn");
            assertThatThrownBy(() -> tuning.dpo(List.of(Preference.of("Who?", "I", " "))))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("preference 1: reply is empty");
            assertThatThrownBy(() -> tuning.sft(List.of())).hasMessage("there are no conversations to train on");
        }
    }

    private static String digest(LanguageModel model) {
        Digest digest = new Digest();
        model.copy(DType.F32).parameters().forEach(weight -> WeightDigest.add(digest, weight));
        return digest.hex();
    }
}
