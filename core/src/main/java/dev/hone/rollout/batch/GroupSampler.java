package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;

import dev.hone.error.StoppedException;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Samples several completions of each prompt from a policy's own distribution, without filters, so that the log-probabilities it
 * records are those that training computes. A prompt is computed once for its whole group; what is sampled depends on the seed and on
 * the place among the prompts, never on what ends first or runs beside it.
 *
 * @param shape of the groups
 * @param temperature logits are divided by it
 * @param slots sequences that each worker generates at a time
 */
public record GroupSampler(PromptDataset.GroupShape shape, double temperature, int slots) {
    public GroupSampler {
        require(temperature > 0, "temperature (%s) must be positive", temperature);
        require(slots > 0, "slots (%d) must be positive", slots);
    }

    /**
     * The completions of each prompt, in order.
     *
     * @param seed of this draw; another one gives other completions of the same prompts
     * @param stop asked between tokens
     * @throws StoppedException if it says yes
     */
    public List<List<Completion>> sample(
            LoadedModel policy, Workers workers, List<int[]> prompts, long seed, BooleanSupplier stop) {
        return sample(policy, workers, prompts, shape.size(), new Sampling(temperature, 0, 1, 0, 1, seed), stop);
    }

    /** One completion of each prompt, of the likeliest tokens. */
    public List<List<Completion>> greedy(
            LoadedModel policy, Workers workers, List<int[]> prompts, BooleanSupplier stop) {
        return sample(policy, workers, prompts, 1, Sampling.greedy(), stop);
    }

    private List<List<Completion>> sample(
            LoadedModel policy,
            Workers workers,
            List<int[]> prompts,
            int each,
            Sampling sampling,
            BooleanSupplier stop) {
        int count = workers.count();
        List<List<List<Completion>>> shares = workers.each(w -> {
            List<Request> requests = new ArrayList<>();
            for (int p = w; p < prompts.size(); p += count) {
                for (int i = 0; i < each; i++) {
                    requests.add(Request.of(prompts.get(p), sampling, shape.maxTokens())
                            .stoppingAt(policy.stopTokens())
                            .with(policy.adapter())
                            .numbered((long) p * each + i));
                }
            }
            return grouped(complete(policy, requests, stop), each);
        });
        List<List<Completion>> all = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            all.add(shares.get(p % count).get(p / count));
        }
        return all;
    }

    private static List<List<Completion>> grouped(List<Completion> completions, int each) {
        List<List<Completion>> groups = new ArrayList<>();
        for (int from = 0; from < completions.size(); from += each) {
            groups.add(List.copyOf(completions.subList(from, from + each)));
        }
        return groups;
    }

    private List<Completion> complete(LoadedModel policy, List<Request> requests, BooleanSupplier stop) {
        if (requests.isEmpty()) {
            return List.of();
        }
        try (Generator generator = policy.generator(slots)) {
            List<Generation> generations =
                    requests.stream().map(generator::submit).toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
            return generations.stream().map(Generation::completion).toList();
        }
    }
}
