package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import dev.hone.train.Policy;
import dev.hone.train.ReferenceModel;
import org.jspecify.annotations.Nullable;

/**
 * The model that a policy is compared with: the initial policy.
 *
 * @param reference when its log-probabilities are computed
 * @param synchronise how it follows the policy; null: it stays the initial policy
 */
public record ReferenceSettings(
        @Default("precomputed") ReferenceTime reference, ReferenceModel.@Nullable Synchronisation synchronise) {
    public ReferenceSettings {
        require(
                synchronise == null || reference == ReferenceTime.ON_THE_FLY,
                "synchronise needs reference: on-the-fly, since precomputed numbers cannot follow the policy");
    }

    /** Whether its log-probabilities are computed before the first step. */
    public boolean isPrecomputed() {
        return reference == ReferenceTime.PRECOMPUTED;
    }

    /** A copy of what is trained in a policy that is not trained yet, to annotate batches when their turn comes. */
    public ReferenceModel copyOf(Policy policy) {
        ReferenceModel.Synchronisation following = synchronise;
        return following == null ? ReferenceModel.copyOf(policy) : ReferenceModel.following(policy, following);
    }

    /** Bytes of that copy; of an adapter they are not counted. */
    long copiedBytes(ModelConfig policy, DType compute, @Nullable AdapterSettings adapter) {
        if (isPrecomputed() || adapter != null) {
            return 0;
        }
        DType held = synchronise == null ? compute : DType.F32;
        return policy.parameterCount() * held.bytes();
    }

    /** What the reference of a run is, in one line. */
    public String describe(Policy policy) {
        Adapter adapter = policy.adapter();
        ReferenceModel.Synchronisation following = synchronise;
        String what = adapter == null
                ? "the model as it is now" + (isPrecomputed() ? "" : ", in a copy")
                : adapter.changesNothing(policy.model()::weight)
                        ? "the base"
                        : "the base with the adapter as it is now";
        String when = isPrecomputed()
                ? "computed before the first step"
                : following == null
                        ? "computed with each batch"
                        : "taking over " + following.share() + " of the policy every " + following.every() + " steps";
        return "reference: " + what + ", " + when;
    }
}
