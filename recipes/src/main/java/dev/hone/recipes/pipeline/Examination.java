package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.JsonlFile;
import dev.hone.generate.Sampling;
import dev.hone.recipes.Sampled;
import dev.hone.recipes.Scoring;
import dev.hone.recipes.Speaker;
import dev.hone.recipes.Watcher;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.Reward;
import dev.hone.tensor.DType;
import java.util.Iterator;
import java.util.Optional;

/** Takes the measures of one model. */
final class Examination {
    private Examination() {}

    /** What a measure finds of a model; nothing if the watcher asks to stop first. */
    static Optional<Finding> of(Stage.Product model, Measure measure, DType compute, Watcher watcher) {
        String template = measure instanceof Measure.Cases cases ? cases.template() : "auto";
        Watcher warned = template.equals("auto") ? watcher : Watcher.none(); // a template that is named is meant
        try (Speaker speaker = Speaker.open(model.model(), model.adapter(), compute, template, warned)) {
            return measure instanceof Measure.Cases cases
                    ? answered(cases, speaker, watcher)
                    : scored(JsonlFile.open(measure.path()), speaker, watcher);
        }
    }

    private static Optional<Finding> answered(Measure.Cases cases, Speaker speaker, Watcher watcher) {
        Sampled.Plan greedily = new Sampled.Plan(1, Sampling.greedy(), cases.maxTokens(), new BestOf(1, 1));
        try (Reward reward = cases.reward().open(cases.answer())) {
            Sampled sampled = Sampled.draw(speaker, cases.path(), reward, greedily, watcher);
            long right = sampled.samples().stream()
                    .filter(of -> of.get(0).score() >= 1)
                    .count();
            boolean all =
                    sampled.samples().size() == JsonlFile.open(cases.path()).rows();
            return all
                    ? Optional.of(new Finding.Accuracy(right, sampled.samples().size()))
                    : Optional.empty();
        }
    }

    /** Over all tokens of all texts together; of a prompt and its completion, the completion's. */
    private static Optional<Finding> scored(JsonlFile texts, Speaker speaker, Watcher watcher) {
        double sum = 0;
        long tokens = 0;
        long rows = 0;
        try (Watcher.Work work = watcher.begin("scoring", "tok", texts.rows(), 0)) {
            for (Iterator<ObjectNode> scores = Scoring.of(texts, speaker).iterator(); scores.hasNext(); ) {
                if (watcher.getAsBoolean()) {
                    return Optional.empty();
                }
                ObjectNode row = scores.next();
                JsonNode each = row.path("logprobs");
                for (int i = Math.max(0, row.path("completion_from").asInt() - 1); i < each.size(); i++) {
                    sum -= each.get(i).asDouble();
                    tokens++;
                }
                work.report(++rows, tokens, "");
            }
        }
        return Optional.of(new Finding.Likelihood(tokens == 0 ? 0 : sum / tokens, tokens));
    }
}
