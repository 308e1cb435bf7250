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
        return grouped(complete(policy, workers, requests(policy, prompts, seed), shape.size(), stop), shape.size());
    }

    /** One completion of each prompt, of the likeliest tokens. */
    public List<List<Completion>> greedy(
            LoadedModel policy, Workers workers, List<int[]> prompts, BooleanSupplier stop) {
        return grouped(complete(policy, workers, greedyRequests(policy, prompts), 1, stop), 1);
    }

    /** What is asked for each prompt, those of a prompt adjacent. */
    List<Request> requests(LoadedModel policy, List<int[]> prompts, long seed) {
        return requests(policy, prompts, shape.size(), new Sampling(temperature, 0, 1, 0, 1, seed));
    }

    List<Request> greedyRequests(LoadedModel policy, List<int[]> prompts) {
        return requests(policy, prompts, 1, Sampling.greedy());
    }

    private List<Request> requests(LoadedModel policy, List<int[]> prompts, int each, Sampling sampling) {
        List<Request> requests = new ArrayList<>();
        for (int[] prompt : prompts) {
            for (int i = 0; i < each; i++) {
                requests.add(Request.of(prompt, sampling, shape.maxTokens())
                        .stoppingAt(policy.stopTokens())
                        .with(policy.adapter())
                        .numbered(requests.size()));
            }
        }
        return requests;
    }

    /**
     * The completions of some requests, in their order.
     *
     * @param together how many adjacent ones are computed by one worker, as they share a prompt
     */
    List<Completion> complete(
            LoadedModel policy, Workers workers, List<Request> requests, int together, BooleanSupplier stop) {
        List<List<Request>> units = grouped(requests, together);
        int count = workers.count();
        List<List<List<Completion>>> shares = workers.each(w -> {
            List<Request> own = new ArrayList<>();
            for (int u = w; u < units.size(); u += count) {
                own.addAll(units.get(u));
            }
            return grouped(complete(policy, own, stop), together);
        });
        List<Completion> all = new ArrayList<>();
        for (int u = 0; u < units.size(); u++) {
            all.addAll(shares.get(u % count).get(u / count));
        }
        return all;
    }

    /** Items in runs of {@code each}. */
    static <T> List<List<T>> grouped(List<T> items, int each) {
        List<List<T>> groups = new ArrayList<>();
        for (int from = 0; from < items.size(); from += each) {
            groups.add(List.copyOf(items.subList(from, from + each)));
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
