package dev.hone.train;

import dev.hone.data.Batch;
import dev.hone.data.Targets;
import dev.hone.model.Adapter;
import dev.hone.model.LanguageModel;
import dev.hone.model.Parameter;
import dev.hone.model.Scores;
import dev.hone.model.TokenHead;
import dev.hone.objective.Objective;
import dev.hone.objective.Term;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model together with the weights that learn: itself in full, or an adapter on it frozen.
 *
 * <p>{@link #accumulate} adds the gradient of one step's loss over any number of micro-batches. The graph is cut at the
 * hidden states: the head scores the targets, the objective says what each score should do, and that gradient is sent back
 * through head and layers.
 */
public final class Learner {
    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final List<Parameter> trained;

    private Learner(LanguageModel model, @Nullable Adapter adapter, List<Parameter> trained) {
        this.model = model;
        this.adapter = adapter;
        this.trained = trained;
    }

    /** All of the model's own weights learn; it must have been opened for that. */
    public static Learner full(LanguageModel model) {
        return new Learner(
                model,
                null,
                model.parameters().stream().filter(Parameter::isTrained).toList());
    }

    /** The adapter learns and the model stays as it is. */
    public static Learner adapter(LanguageModel model, Adapter adapter) {
        adapter.trainable();
        return new Learner(model, adapter, adapter.parameters());
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
     * @return the loss
     */
    public <B extends Batch> double accumulate(List<B> microBatches, Objective<? super B> objective, Draw place) {
        Map<Term, Double> totals = new EnumMap<>(Term.class);
        for (B batch : microBatches) {
            objective.weights(batch).forEach((term, weight) -> totals.merge(term, weight, Double::sum));
        }
        if (totals.values().stream().noneMatch(w -> w > 0)) {
            throw new IllegalArgumentException("no row of this step has anything to learn");
        }
        double loss = 0;
        for (B batch : microBatches) {
            try (Scope scope = Scope.open()) {
                loss += accumulate(batch, objective, totals, place);
            }
        }
        return loss;
    }

    private <B extends Batch> double accumulate(
            B batch, Objective<? super B> objective, Map<Term, Double> totals, Draw place) {
        Targets targets = batch.targets();
        if (targets.count() == 0) {
            return 0;
        }
        Tensor at = model.hidden(batch, adapter, place).select(0, Tensor.of(targets.position())); // [targets, hidden]
        Tensor cut = at.detach();
        TokenHead head = model.head();
        double loss;
        Tensor hiddenGradient;
        if (objective.isLinear()) {
            float[] slopes = slopes(Tensor.zeros(DType.F32, targets.count()), batch, objective, totals)
                    .slopes();
            TokenHead.Result result = head.scoreAndDifferentiate(cut, targets.token(), slopes);
            loss = slopes(result.scores(), batch, objective, totals).loss();
            hiddenGradient = result.hiddenGradient();
        } else {
            Slopes slopes = slopes(head.score(cut, targets.token()), batch, objective, totals);
            loss = slopes.loss();
            hiddenGradient = head.scoreAndDifferentiate(cut, targets.token(), slopes.slopes())
                    .hiddenGradient();
        }
        at.backward(hiddenGradient);
        return loss;
    }

    /** The loss at some scores, and its derivative with respect to each. */
    @SuppressWarnings("ArrayRecordComponent") // passed on at once
    private record Slopes(double loss, float[] slopes) {}

    private static <B extends Batch> Slopes slopes(
            Tensor scores, B batch, Objective<? super B> objective, Map<Term, Double> totals) {
        Tensor leaf = scores.detach().trainable();
        Tensor loss = Tensor.zeros(DType.F32);
        for (Map.Entry<Term, Tensor> sum :
                objective.sums(new Scores(leaf, batch.targets()), batch).entrySet()) {
            double total = totals.getOrDefault(sum.getKey(), 0.0);
            if (total > 0) {
                loss = loss.plus(sum.getValue().times(1 / total));
            }
        }
        loss.backward();
        return new Slopes(loss.scalar(), leaf.gradient().floats());
    }
}
