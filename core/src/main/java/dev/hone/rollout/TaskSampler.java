package dev.hone.rollout;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.reward.Reward;
import dev.hone.reward.RowScores;
import dev.hone.reward.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Samples completions of tasks from a model and scores them with a reward. Neither is closed.
 *
 * @param each samples of a task. Number i of them is drawn as request {@code row · each + i}, so that it does not depend on the
 *     tasks beside it
 * @param maxTokens a longer completion is cut and scored as it stands
 */
public record TaskSampler(LoadedModel model, Reward reward, int each, Sampling sampling, int maxTokens) {
    public TaskSampler {
        require(each > 0, "samples of a task (%d) must be positive", each);
        requireAtMost("samples of a task", each, 100_000);
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
    }

    /**
     * The samples of each task, in the tasks' order.
     *
     * @param slots sequences that are generated at a time
     * @param place where the task of a row stands, for messages
     * @param stop asked between steps; if it says yes, the result is empty
     * @throws DataException with its place if a task lacks what the reward needs
     * @throws TrainingException with its place if the reward fails
     */
    public Optional<List<List<Sample>>> sample(
            List<Task> tasks, int slots, LongFunction<String> place, BooleanSupplier stop) {
        List<Completion> completions = complete(tasks, slots, stop);
        if (completions.size() < tasks.size() * each) {
            return Optional.empty();
        }
        List<List<Sample>> samples = new ArrayList<>();
        for (int t = 0; t < tasks.size(); t++) {
            Task task = tasks.get(t);
            samples.add(scored(task, completions.subList(t * each, (t + 1) * each), place));
        }
        return Optional.of(samples);
    }

    /** The completions of all tasks, or none. */
    private List<Completion> complete(List<Task> tasks, int slots, BooleanSupplier stop) {
        List<Request> requests = new ArrayList<>();
        for (Task task : tasks) {
            Request request = model.request(task.messages(), task.tools(), sampling, maxTokens);
            for (int i = 0; i < each; i++) {
                requests.add(request.numbered(task.row() * each + i));
            }
        }
        try (Generator generator = model.generator(slots)) {
            List<Generation> generations =
                    requests.stream().map(generator::submit).toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    return List.of();
                }
            }
            return generations.stream().map(Generation::completion).toList();
        }
    }

    private List<Sample> scored(Task task, List<Completion> completions, LongFunction<String> place) {
        List<Sample> samples = new ArrayList<>();
        List<Double> scores = RowScores.of(reward, task, completions, place.apply(task.row()));
        for (int i = 0; i < completions.size(); i++) {
            samples.add(new Sample(task, i, completions.get(i), scores.get(i)));
        }
        return samples;
    }
}
