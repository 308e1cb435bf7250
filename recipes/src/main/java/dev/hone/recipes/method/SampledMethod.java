package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.generate.ComputeChoice;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.PromptData;
import dev.hone.recipes.data.RecordedData;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.rollout.batch.Credit;
import dev.hone.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A method that learns from completions which the policy samples as the run goes, or from recorded ones. */
public sealed interface SampledMethod extends Method
        permits GrpoSettings, RlooSettings, PpoSettings, OnlineDpoSettings, OnlineDistillSettings, RejectionSettings {
    /**
     * What is learned from rollouts.
     *
     * @param rewards that judged them; empty where they are recorded
     */
    Credit credit(RewardTerms rewards);

    /** How often the rollouts of a step are learned from. */
    int passes();

    /** Whether it learns nothing from a prompt whose completions all have one reward. */
    default boolean comparesRewards() {
        return false;
    }

    /** Whether it cannot do without rewards. */
    default boolean needsRewards() {
        return true;
    }

    /** Whether a reward below 0 has no meaning to it. */
    default boolean needsPositiveRewards() {
        return false;
    }

    /** Refuses passes that are none, or too many. */
    static void requirePasses(int passes) {
        require(passes > 0 && passes <= 1000, "passes (%d) must be positive and at most 1000", passes);
    }

    @Override
    default DataKind data() {
        return new PromptData(RolloutSettings.usual().shape());
    }

    @Override
    default DataKind data(DataSettings data, RolloutSettings rollout) {
        return data.rollouts() == null
                ? new PromptData(rollout.shape())
                : new RecordedData(credit(new RewardTerms(List.of())));
    }

    /** Packed where that is faster to sample with. */
    @Override
    default WeightPlacement base(ModelConfig model, DType compute) {
        return compute == DType.BF16 && WeightFormat.BF16.isAvailable() && ComputeChoice.hasLargeProducts(model)
                ? WeightPlacement.underSampledAdapter(WeightFormat.BF16)
                : Method.super.base(model, compute);
    }

    @Override
    default double usualRate(boolean adapter) {
        return adapter ? 1e-5 : 1e-6;
    }

    @Override
    default void check(DataSettings data, @Nullable AdapterSettings adapter) {
        if (data.packing() || data.replay() != null) {
            throw new IllegalArgumentException("data.packing and data.replay have no effect on " + label()
                    + ", whose rows are sampled as the run goes; leave them out");
        }
        if (data.rollouts() != null && passes() > 1) {
            throw new IllegalArgumentException(
                    label() + ".passes has no effect on recorded rollouts; set training.epochs, and leave it out");
        }
    }
}
