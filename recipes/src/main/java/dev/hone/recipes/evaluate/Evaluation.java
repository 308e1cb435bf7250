package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.generate.Sampling;
import dev.hone.recipes.inspect.Scoring;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.Reward;
import dev.hone.tensor.DType;
import java.util.Iterator;
import java.util.Optional;

/** Takes the measures of one model. */
public final class Evaluation {
    private Evaluation() {}

    /** What a measure finds of a model; nothing if the watcher asks to stop first. */
    public static Optional<EvaluationResult> of(
            ModelPaths model, EvaluationTask measure, DType compute, RunObserver watcher) {
        String template = measure instanceof EvaluationTask.Cases cases ? cases.template() : "auto";
        RunObserver warned =
                template.equals("auto") ? watcher : RunObserver.none(); // a template that is named is meant
        try (Speaker speaker = Speaker.open(model.model(), model.adapter(), compute, template, warned)) {
            return measure instanceof EvaluationTask.Cases cases
                    ? answered(cases, speaker, watcher)
                    : scored(JsonlFile.open(measure.path()), speaker, watcher);
        }
    }

    private static Optional<EvaluationResult> answered(
            EvaluationTask.Cases cases, Speaker speaker, RunObserver watcher) {
        RejectionSampling.SamplePlan greedily =
                new RejectionSampling.SamplePlan(1, Sampling.greedy(), cases.maxTokens(), new BestOf(1, 1));
        try (Reward reward = cases.reward().open(cases.answer())) {
            RejectionSampling sampled = RejectionSampling.draw(speaker, cases.path(), reward, greedily, watcher);
            long right = sampled.samples().stream()
                    .filter(of -> of.get(0).score() >= 1)
                    .count();
            boolean all =
                    sampled.samples().size() == JsonlFile.open(cases.path()).rows();
            return all
                    ? Optional.of(new EvaluationResult.Accuracy(
                            right, sampled.samples().size()))
                    : Optional.empty();
        }
    }

    /** Over all tokens of all texts together; of a prompt and its completion, the completion's. */
    private static Optional<EvaluationResult> scored(JsonlFile texts, Speaker speaker, RunObserver watcher) {
        double sum = 0;
        long tokens = 0;
        long rows = 0;
        try (RunObserver.Work work = watcher.begin("scoring", "tok", texts.rows(), 0)) {
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
        return Optional.of(new EvaluationResult.Perplexity(tokens == 0 ? 0 : sum / tokens, tokens));
    }
}
