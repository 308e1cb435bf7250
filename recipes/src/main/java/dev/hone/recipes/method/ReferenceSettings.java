package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.train.ReferenceModel;
import org.jspecify.annotations.Nullable;

/**
 * The model that a policy is compared with.
 *
 * @param reference when its log-probabilities are computed
 * @param synchronise how it follows the policy; null: it stays as the run found it
 */
public record ReferenceSettings(
        @Default("precomputed") ReferenceTime reference, ReferenceModel.@Nullable Synchronisation synchronise) {
    public ReferenceSettings {
        require(
                synchronise == null || reference == ReferenceTime.ON_THE_FLY,
                "synchronise needs reference: on-the-fly, since precomputed numbers cannot follow the policy");
    }
}
