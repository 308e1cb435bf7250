package dev.hone.recipes.prefer;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.recipes.sample.SampleFiles;
import dev.hone.reward.Task;
import dev.hone.rollout.BestOf;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Two completions of each prompt, sampled from a model once and kept in a file, so that judging can be resumed another day. */
public final class SampledPairs {
    private SampledPairs() {}

    /**
     * Samples, unless the file is there already; interrupted sampling leaves no file.
     *
     * @param model opened only if there is something to sample, and closed afterwards
     * @throws DataException if the file holds completions of other prompts
     */
    public static void into(
            Path samples,
            Path prompts,
            Supplier<LoadedModel> model,
            Sampling sampling,
            int maxTokens,
            RunObserver observer)
            throws IOException {
        if (Files.exists(samples)) {
            if (!questions(samples).equals(questions(prompts))) {
                throw new DataException(samples + ": holds completions of other prompts than those of " + prompts
                        + "; give another --output, or remove it to sample again");
            }
            observer.say("comparing the completions sampled before,  " + samples + "; remove it to sample again");
            return;
        }
        questions(prompts); // a row that asks nothing is found before the model is opened
        RejectionSampling.SamplePlan plan = new RejectionSampling.SamplePlan(2, sampling, maxTokens, new BestOf(1, 1));
        try (LoadedModel opened = model.get()) {
            RejectionSampling sampled =
                    RejectionSampling.draw(opened, prompts, (task, completion) -> 0, plan, observer);
            if (!observer.getAsBoolean()) {
                SampleFiles.saveSamples(sampled, samples);
            }
        }
    }

    private static Set<List<Message>> questions(Path file) {
        JsonlFile rows = JsonlFile.open(file);
        Set<List<Message>> questions = new LinkedHashSet<>();
        for (int row = 0; row < rows.rows(); row++) {
            questions.add(Task.read(rows, row).messages());
        }
        return questions;
    }
}
