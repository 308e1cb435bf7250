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
import dev.hone.model.head.Statistic;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model together with the weights that are trained: its own, or those of an adapter on it while it is frozen.
 *
 * <p>{@link #accumulate} adds the gradient of one step's loss over any number of micro-batches. The graph is cut at the
 * hidden states: the head scores the targets, the objective gives the gradient of each score, and backward goes through the head
 * and then the layers.
 */
public final class Policy {
    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final @Nullable Parameter value;
    private final List<Parameter> trained;
    private final double embeddingNoise;
    private final Recomputation recomputation;

    private final List<Policy> replicas;
    private final Workers workers;

    private Policy(
            LanguageModel model,
            @Nullable Adapter adapter,
            @Nullable Parameter value,
            List<Parameter> trained,
            double embeddingNoise,
            Recomputation recomputation,
            List<Policy> replicas) {
        this.model = model;
        this.adapter = adapter;
        this.value = value;
        this.trained = trained;
        this.embeddingNoise = embeddingNoise;
        this.recomputation = recomputation;
        this.replicas = List.copyOf(replicas);
        this.workers = Workers.of(replicas.size() + 1);
    }

    /** All of the model's own weights are trained; it must have been opened for that. */
    public static Policy full(LanguageModel model) {
        return new Policy(
                model,
                null,
                null,
                model.parameters().stream().filter(Parameter::isTrained).toList(),
                0,
                Recomputation.NONE,
                List.of());
    }

    /** The adapter is trained and the model stays as it is. */
    public static Policy adapter(LanguageModel model, Adapter adapter) {
        adapter.trainable();
        return new Policy(model, adapter, null, adapter.parameters(), 0, Recomputation.NONE, List.of());
    }

    /**
     * The same policy, with noise on its embeddings in training, and only there (NEFTune: Jain et al., 2023).
     *
     * @param alpha each entry is moved by at most alpha / √(tokens of the row · hidden size); 5, 10 and 15 are usual, 0 is none
     */
    public Policy withEmbeddingNoise(double alpha) {
        require(alpha >= 0, "embedding-noise (%s) must not be negative", alpha);
        return new Policy(
                model,
                adapter,
                value,
                trained,
                alpha,
                recomputation,
                replicas.stream().map(r -> r.withEmbeddingNoise(alpha)).toList());
    }

    /** The same policy, which recomputes in backward the activations it does not keep: less memory, more time, equal steps. */
    public Policy recomputing(Recomputation what) {
        return new Policy(
                model,
                adapter,
                value,
                trained,
                embeddingNoise,
                what,
                replicas.stream().map(r -> r.recomputing(what)).toList());
    }

    /**
     * The same policy, computing the micro-batches of a step on several threads. Each thread sees the same weights and
     * accumulates its own gradient; the gradients are added in a fixed order, so a run repeats bit for bit at the same count.
     * This keeps all cores busy where threads inside one operation would mostly wait for each other.
     */
    public Policy parallel(int workers) {
        List<Policy> others = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            LanguageModel shared = model.replica();
            Adapter own = adapter == null ? null : adapter.replica();
            List<Parameter> weights = own == null
                    ? shared.parameters().stream().filter(Parameter::isTrained).toList()
                    : own.parameters();
            Policy other = new Policy(shared, own, null, weights, embeddingNoise, recomputation, List.of());
            others.add(value == null ? other : other.withValueHead(value.replica()));
        }
        return new Policy(model, adapter, value, trained, embeddingNoise, recomputation, others);
    }

    /**
     * The same policy with a critic beside its token head (see {@link ValueHead}), trained with it: its weight is the last of
     * {@link #parameters()} and so a part of every saved state. Neither the model nor the adapter has it, and what is made of them is
     * without it.
     *
     * @param weight of the critic [1, hidden]
     */
    public Policy withValueHead(Parameter weight) {
        weight.value().trainable();
        List<Parameter> all = new ArrayList<>(trained);
        all.add(weight);
        return new Policy(
                model,
                adapter,
                weight,
                List.copyOf(all),
                embeddingNoise,
                recomputation,
                replicas.stream().map(r -> r.withValueHead(weight.replica())).toList());
    }

    /** The weight of its critic; null where it has none. */
    public @Nullable Parameter valueHead() {
        return value;
    }

    private Head head() {
        return value == null ? model.head(adapter) : new ValueHead(model.head(), value);
    }

    /** The requested statistics of a batch's targets, those of its critic among them, without a graph. */
    public Scores score(Batch batch, RequestedStatistics requested) {
        return model.score(batch, adapter, head(), requested);
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

    /** The weights that are trained. */
    public List<Parameter> parameters() {
        return trained;
    }

    /**
     * Adds the gradient of a step's loss to every trained weight.
     *
     * @param microBatches the step's rows, split in any way
     * @param place where in the run this step is, for dropout
     * @return the loss and the other measures of the objective
     */
    public Metrics accumulate(List<Batch> microBatches, Objective objective, Draw place) {
        StepLoss loss = StepLoss.of(afterFirstPass(microBatches, objective), microBatches);
        if (loss.isEmpty()) {
            throw new IllegalArgumentException("no row of this step has a trained token");
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

    /** Every {@code every}-th of the micro-batches, from number {@code first} on. */
    private Metrics share(List<Batch> microBatches, int first, int every, StepLoss loss, Draw place) {
        Metrics sum = Metrics.NOTHING;
        for (int i = first; i < microBatches.size(); i += every) {
            try (Scope scope = Scope.open()) {
                Batch whole = microBatches.get(i);
                StepLoss own = loss.of(whole);
                sum = sum.plus(accumulate(own.objective().trainedPart(whole), own, place));
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
    public Metrics measure(List<Batch> batches, Objective objective) {
        return measure(batches, objective, () -> false);
    }

    /**
     * The same, asked between batches whether to stop.
     *
     * @throws StoppedException if so
     */
    public Metrics measure(List<Batch> batches, Objective objective, BooleanSupplier stop) {
        StepLoss loss = Autograd.without(() -> StepLoss.of(afterFirstPass(batches, objective), batches));
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
            Batch batch = own.objective().trainedPart(whole);
            return batch.targets().count() == 0
                    ? Metrics.NOTHING
                    : own.measured(score(batch, own.statistics(batch)), batch);
        }
    }

    /** The objective after a first pass over the whole step, where it needs one. */
    private Objective afterFirstPass(List<Batch> batches, Objective objective) {
        if (!objective.needsFirstPass()) {
            return objective;
        }
        try (Scope scope = Scope.open()) {
            List<Batch> parts = batches.stream()
                    .map(batch -> objective.of(batch).firstPassPart(batch))
                    .toList();
            List<Scores> window = parts.stream()
                    .map(part -> scored(part, objective.firstPassReads()))
                    .toList();
            return objective.afterFirstPass(window, parts);
        }
    }

    /** Scores without a graph. */
    private Scores scored(Batch batch, Set<Statistic> read) {
        UnaryOperator<Tensor> keeper = Scope.keeper();
        Map<Statistic, Tensor> kept = new EnumMap<>(Statistic.class);
        try (Scope scope = Scope.open()) {
            Scores scores = score(batch, new RequestedStatistics(read, null));
            read.forEach(statistic -> kept.put(statistic, keeper.apply(scores.get(statistic))));
        }
        return new Scores(kept, batch.targets());
    }

    private Metrics accumulate(Batch batch, StepLoss loss, Draw place) {
        Targets targets = batch.targets();
        if (targets.count() == 0) {
            return Metrics.NOTHING;
        }
        HiddenStates hidden = model.trainingForward(batch, adapter, place, embeddingNoise, recomputation);
        Tensor cut = hidden.atTargets(); // [targets, hidden]
        Head head = head();
        RequestedStatistics statistics = loss.statistics(batch);
        Head.HeadOutput result =
                head.scoreAndDifferentiate(cut, targets.token(), statistics, loss.scoreGradients(batch));
        hidden.backward(result.hiddenGradient());
        Scores scores = new Scores(result.scores(), targets);
        return Autograd.without(() -> loss.measured(scores, batch));
    }
}
