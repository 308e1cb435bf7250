package dev.hone.train;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.error.StoppedException;
import dev.hone.model.HiddenStates;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.head.Head;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.Scores;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model together with the weights that learn: itself in full, or an adapter on it frozen.
 *
 * <p>{@link #accumulate} adds the gradient of one step's loss over any number of micro-batches. The graph is cut at the
 * hidden states: the head scores the targets, the objective says what each score should do, and that gradient is sent back
 * through head and layers.
 */
public final class Policy {
    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final List<Parameter> trained;
    private final double embeddingNoise;
    private final Recomputation recomputation;

    private final List<Policy> replicas;
    private final Workers workers;

    private Policy(
            LanguageModel model,
            @Nullable Adapter adapter,
            List<Parameter> trained,
            double embeddingNoise,
            Recomputation recomputation,
            List<Policy> replicas) {
        this.model = model;
        this.adapter = adapter;
        this.trained = trained;
        this.embeddingNoise = embeddingNoise;
        this.recomputation = recomputation;
        this.replicas = List.copyOf(replicas);
        this.workers = Workers.of(replicas.size() + 1);
    }

    /** All of the model's own weights learn; it must have been opened for that. */
    public static Policy full(LanguageModel model) {
        return new Policy(
                model,
                null,
                model.parameters().stream().filter(Parameter::isTrained).toList(),
                0,
                Recomputation.NONE,
                List.of());
    }

    /** The adapter learns and the model stays as it is. */
    public static Policy adapter(LanguageModel model, Adapter adapter) {
        adapter.trainable();
        return new Policy(model, adapter, adapter.parameters(), 0, Recomputation.NONE, List.of());
    }

    /**
     * The same learner, whose embeddings are moved at random while it learns, and only then (NEFTune: Jain et al., 2023).
     *
     * @param alpha each entry is moved by at most alpha / √(tokens of the row · hidden size); 5, 10 and 15 are usual, 0 is none
     */
    public Policy withEmbeddingNoise(double alpha) {
        require(alpha >= 0, "embedding-noise (%s) must not be negative", alpha);
        return new Policy(
                model,
                adapter,
                trained,
                alpha,
                recomputation,
                replicas.stream().map(r -> r.withEmbeddingNoise(alpha)).toList());
    }

    /** The same learner, which computes again on the way back what it does not keep: less memory, more time, equal steps. */
    public Policy recomputing(Recomputation what) {
        return new Policy(
                model,
                adapter,
                trained,
                embeddingNoise,
                what,
                replicas.stream().map(r -> r.recomputing(what)).toList());
    }

    /**
     * The same learner, computing the micro-batches of a step on several threads. Each thread sees the same weights and
     * gathers its own gradient; the gradients are added in a fixed order, so a run repeats bit for bit at the same count.
     * This keeps all cores busy where threads inside one operation would mostly wait for each other.
     */
    public Policy parallel(int workers) {
        List<Policy> others = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            LanguageModel shared = model.replica();
            Adapter own = adapter == null ? null : adapter.replica();
            others.add(new Policy(
                    shared,
                    own,
                    own == null
                            ? shared.parameters().stream()
                                    .filter(Parameter::isTrained)
                                    .toList()
                            : own.parameters(),
                    embeddingNoise,
                    recomputation,
                    List.of()));
        }
        return new Policy(model, adapter, trained, embeddingNoise, recomputation, others);
    }

    /** The threads that compute its micro-batches side by side. */
    public Workers workers() {
        return workers;
    }

    public LanguageModel model() {
        return model;
    }

    public @Nullable Adapter adapter() {
        return adapter;
    }

    /** The weights that learn. */
    public List<Parameter> parameters() {
        return trained;
    }

    /**
     * Adds the gradient of a step's loss to every trained weight.
     *
     * @param microBatches the step's rows, split in any way
     * @param place where in the run this step is, for dropout
     * @return the loss, and what else the objective measures
     */
    public Metrics accumulate(List<Batch> microBatches, Objective given, Draw place) {
        StepLoss loss = StepLoss.of(seen(microBatches, given), microBatches);
        if (loss.isEmpty()) {
            throw new IllegalArgumentException("no row of this step has anything to learn");
        }
        Metrics sum = sum(workers.each(w -> {
            Policy own = w == 0 ? this : replicas.get(w - 1);
            return own.share(microBatches, w, workers.count(), loss, place);
        }));
        replicas.forEach(this::collect);
        return sum;
    }

    private static Metrics sum(List<Metrics> parts) {
        return parts.stream().reduce(Metrics.NOTHING, Metrics::plus);
    }

    /** Every so many of the micro-batches, from number {@code first} on. */
    private Metrics share(List<Batch> microBatches, int first, int every, StepLoss loss, Draw place) {
        Metrics sum = Metrics.NOTHING;
        for (int i = first; i < microBatches.size(); i += every) {
            try (Scope scope = Scope.open()) {
                Batch whole = microBatches.get(i);
                StepLoss own = loss.of(whole);
                sum = sum.plus(accumulate(own.objective().learned(whole), own, place));
            }
        }
        return sum;
    }

    private void collect(Policy replica) {
        Autograd.withoutDo(() -> {
            for (int i = 0; i < trained.size(); i++) {
                Tensor own = replica.trained.get(i).value();
                try (Scope scope = Scope.open()) {
                    if (own.hasGradient()) {
                        trained.get(i).value().addGradient(own.gradient());
                        own.clearGradient();
                    }
                }
            }
        });
    }

    /** The same without touching gradients. */
    public Metrics measure(List<Batch> batches, Objective given) {
        return measure(batches, given, () -> false);
    }

    /**
     * The same, asked between batches whether to stop.
     *
     * @throws StoppedException if so
     */
    public Metrics measure(List<Batch> batches, Objective given, BooleanSupplier stop) {
        StepLoss loss = Autograd.without(() -> StepLoss.of(seen(batches, given), batches));
        return sum(workers.each(w -> Autograd.without(() -> {
            Metrics sum = Metrics.NOTHING;
            for (int i = w; i < batches.size(); i += workers.count()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
                sum = sum.plus(measured(batches.get(i), loss));
            }
            return sum;
        })));
    }

    private Metrics measured(Batch whole, StepLoss loss) {
        try (Scope scope = Scope.open()) {
            StepLoss own = loss.of(whole);
            Batch batch = own.objective().learned(whole);
            return batch.targets().count() == 0
                    ? Metrics.NOTHING
                    : own.measured(model.score(batch, adapter, own.question(batch)), batch);
        }
    }

    /** The objective after a first look at the whole step, where it asks for one. */
    private Objective seen(List<Batch> batches, Objective objective) {
        if (!objective.seesWindow()) {
            return objective;
        }
        try (Scope scope = Scope.open()) {
            List<Batch> parts = batches.stream()
                    .map(batch -> objective.of(batch).seen(batch))
                    .toList();
            List<Scores> window = parts.stream().map(this::scored).toList();
            return objective.seeing(window, parts);
        }
    }

    /** Scores without what they were computed from. */
    private Scores scored(Batch batch) {
        Tensor scores = Scope.returning(() -> model.score(batch, adapter).logProbabilities());
        return new Scores(scores, batch.targets());
    }

    private Metrics accumulate(Batch batch, StepLoss loss, Draw place) {
        Targets targets = batch.targets();
        if (targets.count() == 0) {
            return Metrics.NOTHING;
        }
        HiddenStates hidden = model.learned(batch, adapter, place, embeddingNoise, recomputation);
        Tensor cut = hidden.atTargets(); // [targets, hidden]
        Head head = model.head(adapter);
        RequestedStatistics question = loss.question(batch);
        Head.Result result = head.scoreAndDifferentiate(cut, targets.token(), question, loss.slopes(batch));
        hidden.backward(result.hiddenGradient());
        Scores said = new Scores(result.scores(), targets);
        return Autograd.without(() -> loss.measured(said, batch));
    }
}
