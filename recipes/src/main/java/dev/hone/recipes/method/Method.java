package dev.hone.recipes.method;

import dev.hone.config.Kind;
import dev.hone.config.OneOf;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.Objective;
import dev.hone.objective.WithReplay;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.tensor.DType;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A way of training, with its own settings; in a run's file {@code method: dpo}, and the settings beside it
 * under {@code dpo}. Immutable.
 *
 * <p>A method says what its rows are, what it starts from, and prepares both for training. No other code asks which
 * method it is: a new one is a file and its place in the list of those permitted.
 */
@OneOf(beside = true)
public sealed interface Method
        permits NextTokenMethod, DistillSettings, RewardSettings, PairMethod, KtoSettings, SampledMethod {
    /** What a row of its data is. */
    DataKind data();

    /** The same for a run with these settings: what is sampled has a size, and may have been recorded. */
    default DataKind data(DataSettings data, RolloutSettings rollout) {
        return data();
    }

    /** What it starts from. */
    default Start start() {
        return Start.BASE;
    }

    /** The learning rate where a file gives none. */
    double usualRate(boolean adapter);

    /**
     * Refuses settings of the run that it cannot be trained with or that have no effect on it.
     *
     * @throws IllegalArgumentException with the setting and what to do about it
     */
    default void check(DataSettings data, @Nullable AdapterSettings adapter) {}

    /** The policy before its first step. */
    default Policy open(Path model, @Nullable AdapterSettings adapter, Tokenizer tokenizer, DType compute, long seed) {
        return start().open(model, adapter, tokenizer, compute, seed, this::base);
    }

    /** How the weights beneath an adapter are held. */
    default WeightPlacement base(ModelConfig model, DType compute) {
        return WeightPlacement.underAdapter(compute);
    }

    /** Its objective, and its rows with all annotations that the objective reads. */
    Prepared prepare(RunRows rows, Preparation run);

    /** The objective of a step that replays other text too. */
    default Objective besideReplay(Objective own, double lossWeight) {
        return new WithReplay(own, lossWeight);
    }

    /** Bytes of frozen weights that are held beside the policy's. */
    default long frozenBytes(ModelConfig policy, DType compute, @Nullable AdapterSettings adapter) {
        return 0;
    }

    /** Bytes of the annotations of frozen models, where they are many. */
    default long annotationBytes(Dataset rows) {
        return 0;
    }

    /** Whether a frozen model reads all rows before the first step. */
    default boolean readsRowsFirst() {
        return false;
    }

    /** Forward passes of frozen models for each token that is trained. */
    default int frozenPasses() {
        return 0;
    }

    /** Why its time cannot be estimated in some seconds; empty where it can. */
    default Optional<String> untimed() {
        return Optional.empty();
    }

    /** Its name in a run's file. */
    default String label() {
        return getClass().getAnnotation(Kind.class).value();
    }
}
