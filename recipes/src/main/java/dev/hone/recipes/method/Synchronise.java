package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.train.ReferenceModel;
import org.jspecify.annotations.Nullable;

/**
 * A reference that follows the policy; see {@link ReferenceModel.Synchronisation}.
 *
 * @param every steps between two synchronisations
 * @param share how much of the policy the reference takes over
 */
public record Synchronise(
        @Default("512") int every, @Default("0.6") double share) {
    public Synchronise {
        new ReferenceModel.Synchronisation(every, share); // checks them
    }

    /** The same in the words of training. */
    public ReferenceModel.Synchronisation plan() {
        return new ReferenceModel.Synchronisation(every, share);
    }

    /** Refuses to let numbers follow that were computed once and for all. */
    static void check(@Nullable Synchronise synchronise, ReferenceTime reference) {
        require(
                synchronise == null || reference == ReferenceTime.ON_THE_FLY,
                "synchronise needs reference: on-the-fly, since precomputed numbers cannot follow the policy");
    }
}
