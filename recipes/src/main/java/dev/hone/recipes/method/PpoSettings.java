package dev.hone.recipes.method;

import dev.hone.checkpoint.ValueHeadFile;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Ppo;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.rollout.Gae;
import dev.hone.rollout.batch.ActorCriticCredit;
import dev.hone.rollout.batch.Credit;
import dev.hone.tensor.DType;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Proximal policy optimisation with a critic on the policy's own hidden states; see {@link Ppo} and {@link Gae}. A critic that an earlier
 * run left beside the adapter or the model is continued.
 *
 * @param passes how often the rollouts of a step are learned from
 */
@Kind("ppo")
public record PpoSettings(
        @Flattened Ppo objective,
        @Flattened Gae estimation,
        @Default("4") int passes) implements SampledMethod {
    public PpoSettings {
        SampledMethod.requirePasses(passes);
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        return new ActorCriticCredit(estimation);
    }

    @Override
    public void check(DataSettings data, @Nullable AdapterSettings adapter) {
        SampledMethod.super.check(data, adapter);
        if (data.rollouts() != null) {
            throw new IllegalArgumentException(
                    "data.rollouts cannot be learned from by ppo, whose critic has to see what it judges; use grpo or rloo");
        }
    }

    @Override
    public Policy open(Path model, @Nullable AdapterSettings adapter, Tokenizer tokenizer, DType compute, long seed) {
        Policy policy = SampledMethod.super.open(model, adapter, tokenizer, compute, seed);
        Path trained = adapter instanceof AdapterSettings.Saved saved ? saved.path() : model;
        ModelConfig config = policy.model().config();
        Parameter critic = ValueHeadFile.read(trained, config).orElseGet(() -> ValueHead.fresh(config));
        return policy.withValueHead(critic);
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        Prepared.Sampled sampled =
                Prepared.Sampled.of(credit(run.rewards()), passes).valued();
        return Prepared.sampled(
                objective, rows, estimation.beta() == 0 ? sampled : sampled.scoredBy(run.referenceScores()));
    }
}
