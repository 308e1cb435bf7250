package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.StepRow;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Objective;
import dev.hone.tensor.Scope;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Finds where non-finite numbers of a step came from, by computing its rows again one by one. Leaves weights and gradients alone. */
final class Diagnosis {
    private final Policy policy;
    private final Objective objective;
    private final UnaryOperator<List<Batch>> annotate;

    /**
     * @param annotate adds the log-probabilities of a reference to batches, where there is one
     */
    Diagnosis(Policy policy, Objective objective, UnaryOperator<List<Batch>> annotate) {
        this.policy = policy;
        this.objective = objective;
        this.annotate = annotate;
    }

    /** Each row with the loss it has alone. */
    List<RowLoss> losses(List<StepRow> rows) {
        return rows.stream()
                .map(row -> new RowLoss(
                        row.place(),
                        row.batch(),
                        policy.measure(annotate.apply(List.of(row.batch())), objective)
                                .loss()))
                .toList();
    }

    /**
     * The first place, in the order of computation, with a non-finite entry: a weight, a module's output for one of the rows, the
     * head, or, in the backward pass, a gradient. Empty if there is none.
     */
    String origin(List<RowLoss> rows, Gradients gradients) {
        return weights()
                .filter(weight -> !isFinite(weight))
                .map(Parameter::name)
                .findFirst()
                .or(() -> module(rows))
                .orElseGet(() -> {
                    boolean scored = rows.stream().allMatch(row -> Double.isFinite(row.loss()));
                    return scored ? gradients.lastNonFinite() : "the head";
                });
    }

    private Optional<String> module(List<RowLoss> rows) {
        return rows.stream()
                .flatMap(row -> policy.model().firstNonFinite(row.batch(), policy.adapter()).stream())
                .findFirst();
    }

    private Stream<Parameter> weights() {
        Adapter adapter = policy.adapter();
        Stream<Parameter> own = policy.model().parameters().stream();
        return adapter == null ? own : Stream.concat(own, adapter.parameters().stream());
    }

    private static boolean isFinite(Parameter weight) {
        try (Scope scope = Scope.open()) {
            return (weight.isDense() ? weight.value().detach() : weight.in(weight.dtype())).isFinite();
        }
    }
}
