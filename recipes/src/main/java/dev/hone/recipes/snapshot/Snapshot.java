package dev.hone.recipes.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a policy makes of some rows at one moment of its training.
 *
 * @param losses mean loss of the trained tokens of each row, in nats; NaN where it has none
 * @param replies to each prompt, greedy
 */
record Snapshot(List<Double> losses, List<String> replies) {
    Snapshot {
        losses = List.copyOf(losses);
        replies = List.copyOf(replies);
    }

    /**
     * Takes one.
     *
     * @param model the policy as it is
     * @param observer asked between rows; if it says stop, the result is empty
     */
    static Optional<Snapshot> of(
            LoadedModel model,
            List<ShownRow> rows,
            List<ShownRow> prompts,
            int maxTokens,
            Workers workers,
            RunObserver observer) {
        List<Double> losses = new ArrayList<>();
        int side = workers.count();
        try (RunObserver.Work work = observer.begin("loss of some rows", "tok", rows.size(), 0)) {
            long tokens = 0;
            for (int from = 0; from < rows.size(); from += side) {
                if (observer.getAsBoolean()) {
                    return Optional.empty();
                }
                List<ShownRow> some = rows.subList(from, Math.min(rows.size(), from + side));
                losses.addAll(workers.map(some, row -> loss(model, row)));
                tokens +=
                        some.stream().mapToInt(row -> row.batch().tokenCount()).sum();
                work.report(losses.size(), tokens, "");
            }
        }
        return replies(model, prompts, maxTokens, observer).map(replies -> new Snapshot(losses, replies));
    }

    private static double loss(LoadedModel model, ShownRow row) {
        try (Scope scope = Scope.open()) {
            double sum = 0;
            float[] each = model.model()
                    .score(row.batch(), model.adapter())
                    .logProbabilities()
                    .floats();
            for (float logProbability : each) {
                sum -= logProbability;
            }
            return each.length == 0 ? Double.NaN : sum / each.length;
        }
    }

    private static Optional<List<String>> replies(
            LoadedModel model, List<ShownRow> prompts, int maxTokens, BooleanSupplier stop) {
        if (prompts.isEmpty()) {
            return Optional.of(List.of());
        }
        try (Generator generator = model.generator(prompts.size())) {
            List<Generation> generations = prompts.stream()
                    .map(prompt -> Request.of(prompt.prompt(), Sampling.greedy(), maxTokens)
                            .stoppingAt(model.stopTokens())
                            .with(model.adapter()))
                    .map(generator::submit)
                    .toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    return Optional.empty();
                }
            }
            return Optional.of(generations.stream()
                    .map(generation -> generation.completion().text())
                    .toList());
        }
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode each = json.putArray("losses");
        losses.forEach(loss -> {
            if (Double.isFinite(loss)) {
                each.add(loss);
            } else {
                each.addNull();
            }
        });
        ArrayNode texts = json.putArray("replies");
        replies.forEach(texts::add);
        return json;
    }

    static Snapshot read(JsonNode json) {
        List<Double> losses = new ArrayList<>();
        json.path("losses").forEach(loss -> losses.add(loss.asDouble(Double.NaN)));
        List<String> replies = new ArrayList<>();
        json.path("replies").forEach(reply -> replies.add(reply.asText()));
        return new Snapshot(losses, replies);
    }
}
