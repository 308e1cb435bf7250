package dev.hone.train;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model a policy is compared with: it annotates batches with its log-probabilities and is never trained itself. It stays
 * what it was, or follows the policy at a distance.
 *
 * <p>It is made from a policy before that is trained, and before a saved state is restored: then it is the model at the start of
 * the stage. Batches may be annotated from several threads; nothing else is safe for concurrent use.
 */
public final class ReferenceModel implements Stateful {
    /**
     * A reference that follows the policy (TR-DPO: Gorbatovski et al., 2024, soft update): every {@code every} steps
     * {@code ref ← share · policy + (1 − share) · ref}. Of adapters their deltas ΔW are mixed.
     *
     * @param every steps between two synchronisations
     * @param share how much of the policy the reference takes over, α in the paper; 1: all of it
     */
    public record Synchronisation(
            @Default("512") int every, @Default("0.6") double share) {
        public Synchronisation {
            require(every > 0, "every (%d) must be positive", every);
            requireAtMost("every", every, 1e8);
            require(share > 0 && share <= 1, "share (%s) must be above 0 and at most 1", share);
        }
    }

    private final LanguageModel model;
    private @Nullable Adapter adapter;
    private final @Nullable Synchronisation synchronisation;

    private ReferenceModel(LanguageModel model, @Nullable Adapter adapter, @Nullable Synchronisation synchronisation) {
        this.model = model;
        this.adapter = adapter;
        this.synchronisation = synchronisation;
    }

    /** The policy as it is now, not copied: for use before it is trained. */
    public static ReferenceModel of(Policy policy) {
        return new ReferenceModel(policy.model(), effective(policy), null);
    }

    /** A copy of the trained weights of a policy, so that it stays as it is now; a frozen base is shared. */
    public static ReferenceModel copyOf(Policy policy) {
        Adapter adapter = effective(policy);
        return new ReferenceModel(
                policy.adapter() == null ? policy.model().copy(policy.model().compute()) : policy.model(),
                adapter == null ? null : adapter.copy(),
                null);
    }

    /** A copy that follows the policy; it is part of the run's saved states. */
    public static ReferenceModel following(Policy policy, Synchronisation synchronisation) {
        Adapter adapter = policy.adapter();
        return adapter == null
                ? new ReferenceModel(policy.model().copy(DType.F32), null, synchronisation)
                : new ReferenceModel(policy.model(), adapter.copy(), synchronisation);
    }

    /** An adapter that changes nothing is left out. */
    private static @Nullable Adapter effective(Policy policy) {
        Adapter adapter = policy.adapter();
        return adapter == null || adapter.changesNothing(policy.model()::weight) ? null : adapter;
    }

    /** The model's own weights. */
    public LanguageModel model() {
        return model;
    }

    /** What changes the model where it is used; null: nothing. */
    public @Nullable Adapter adapter() {
        return adapter;
    }

    /** The batch with {@link Annotation#REFERENCE}. */
    public Batch annotate(Batch batch) {
        try (Scope scope = Scope.open()) {
            return batch.with(
                    Annotation.REFERENCE,
                    model.score(batch, adapter).logProbabilities().floats());
        }
    }

    /** Annotates batches on several threads; they keep their order. */
    List<Batch> annotate(List<Batch> batches, Workers workers) {
        return workers.map(batches, this::annotate);
    }

    /** Called after each step: takes over a share of the policy when a synchronisation is due. */
    void follow(long step, Policy policy) {
        Synchronisation plan = synchronisation;
        if (plan == null || step % plan.every() != 0) {
            return;
        }
        Adapter own = adapter;
        Adapter learned = policy.adapter();
        Autograd.withoutDo(() -> {
            if (own != null && learned != null) {
                adapter = own.mixedWith(learned, plan.share(), model::weight);
                own.parameters().forEach(p -> p.value().close());
            } else {
                mix(policy.model(), plan.share());
            }
        });
    }

    private void mix(LanguageModel policy, double share) {
        for (Parameter own : model.parameters()) {
            try (Scope scope = Scope.open()) {
                own.value()
                        .timesInPlace(1 - share)
                        .addInPlace(policy.parameter(own.name()).value().detach(), share);
            }
        }
    }

    @Override
    public String stateName() {
        return "reference";
    }

    /** The rank of an adapter grows as it follows the policy. */
    @Override
    public boolean hasFixedShapes() {
        return adapter == null;
    }

    /** The weights of a reference that moves, by name; of another nothing. */
    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        if (synchronisation != null) {
            Adapter own = adapter;
            (own == null ? model.parameters() : own.parameters()).forEach(p -> state.put(p.name(), p.value()));
        }
        return state;
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        if (synchronisation == null) {
            return;
        }
        Adapter own = adapter;
        if (own == null) {
            for (Parameter p : model.parameters()) {
                try (Scope scope = Scope.open()) {
                    p.value().copyInPlace(saved.apply(p.name()));
                }
            }
            return;
        }
        adapter = own.with(weight -> restored(weight, saved)); // its rank may have grown
    }

    private static Parameter restored(Parameter parameter, Function<String, Tensor> saved) {
        return new Parameter(parameter.name(), saved.apply(parameter.name()).keep());
    }
}
