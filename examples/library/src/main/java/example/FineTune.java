package example;

import dev.hone.finetune.FineTunedModel;
import dev.hone.finetune.FineTuning;
import dev.hone.text.Message;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;

/** Fine-tunes a checkpoint with LoRA on rows made in code, asks it, and saves the adapter: FineTune CHECKPOINT ADAPTER. */
public final class FineTune {
    public static void main(String[] arguments) {
        List<List<Message>> rows = List.of(
                row("What is our office's opening time?", "The office opens at nine."),
                row("When does the office open?", "The office opens at nine."),
                row("Who answers the phone on Friday?", "On Friday Mina answers the phone."),
                row("Whom do I reach by phone on Friday?", "On Friday Mina answers the phone."));
        try (FineTuning tuning = FineTuning.of(Path.of(arguments[0]))) {
            FineTunedModel model = tuning.epochs(20)
                    .rowsPerStep(4)
                    .learningRate(5e-3)
                    .listen(new TrainingListener() {
                        @Override
                        public void stepped(StepReport step) {
                            System.out.printf("step %2d  loss %.4f%n", step.step(), step.loss());
                        }
                    })
                    .sft(rows);
            System.out.println(model.reply("When does the office open?", 32));
            model.save(Path.of(arguments[1]));
        }
    }

    private static List<Message> row(String question, String answer) {
        return List.of(Message.user(question), Message.assistant(answer));
    }
}
