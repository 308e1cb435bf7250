package dev.hone.recipes.prefer;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.Sampling;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.rollout.BestOf;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Two completions of each prompt, drawn from a model once and kept in a file, so that judging can go on another day. */
public final class SampledPairs {
    private SampledPairs() {}

    /**
     * Draws, unless the file is there already; an interrupted drawing leaves no file.
     *
     * @param model opened only if there is something to draw, and closed afterwards
     * @throws DataException if the file holds completions of other prompts
     */
    public static void into(
            Path samples, Path prompts, Supplier<Speaker> model, Sampling sampling, int maxTokens, RunObserver watcher)
            throws IOException {
        if (Files.exists(samples)) {
            if (!questions(samples).equals(questions(prompts))) {
                throw new DataException(samples + ": holds completions of other prompts than those of " + prompts
                        + "; give another --output, or remove it to draw anew");
            }
            watcher.say("comparing the completions drawn before, " + samples + "; remove it to draw anew");
            return;
        }
        questions(prompts); // a row that asks nothing is found before the model is opened
        RejectionSampling.SamplePlan plan = new RejectionSampling.SamplePlan(2, sampling, maxTokens, new BestOf(1, 1));
        try (Speaker speaker = model.get()) {
            RejectionSampling drawn = RejectionSampling.draw(speaker, prompts, (task, completion) -> 0, plan, watcher);
            if (!watcher.getAsBoolean()) {
                drawn.saveSamples(samples);
            }
        }
    }

    private static Set<List<Message>> questions(Path file) {
        JsonlFile rows = JsonlFile.open(file);
        Set<List<Message>> questions = new LinkedHashSet<>();
        for (int row = 0; row < rows.rows(); row++) {
            questions.add(RejectionSampling.task(rows, row).messages());
        }
        return questions;
    }
}
