package example;

import dev.hone.finetune.FineTunedModel;
import dev.hone.finetune.FineTuning;
import dev.hone.finetune.Preference;
import dev.hone.objective.Dpo;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;

/** Trains a checkpoint with DPO on preferences made in code, asks it, and saves the adapter: Prefer CHECKPOINT ADAPTER. */
public final class Prefer {
    public static void main(String[] arguments) {
        List<Preference> preferences = List.of(
                Preference.of("What is 3 + 4?", "It is 7.", "7"),
                Preference.of("What is 5 + 4?", "It is 9.", "9"),
                Preference.of("What is 6 + 2?", "It is 8.", "8"),
                Preference.of("What is 1 + 4?", "It is 5.", "5"));
        try (FineTuning tuning = FineTuning.of(Path.of(arguments[0]))) {
            FineTunedModel model = tuning.epochs(20)
                    .rowsPerStep(4)
                    .learningRate(1e-3)
                    .listen(new TrainingListener() {
                        @Override
                        public void stepped(StepReport step) {
                            System.out.printf(
                                    "step %2d  loss %.4f  accuracy %.2f%n",
                                    step.step(), step.loss(), step.metrics().measures().get("rewards/accuracy"));
                        }
                    })
                    .dpo(preferences, Dpo.standard(0.1).withLikelihood(1)); // chosen replies stay likely
            System.out.println(model.reply("What is 5 + 4?", 16));
            model.save(Path.of(arguments[1]));
        }
    }
}
