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

/** Finds out where numbers of a step went wrong, by computing its rows again one by one. Leaves weights and gradients alone. */
final class Diagnosis {
    private final Policy learner;
    private final Objective objective;
    private final UnaryOperator<List<Batch>> compared;

    /**
     * @param compared gives batches the numbers of a reference, where there is one
     */
    Diagnosis(Policy learner, Objective objective, UnaryOperator<List<Batch>> compared) {
        this.learner = learner;
        this.objective = objective;
        this.compared = compared;
    }

    /** Each row with the loss it has alone. */
    List<RowLoss> losses(List<StepRow> rows) {
        return rows.stream()
                .map(row -> new RowLoss(
                        row.place(),
                        row.batch(),
                        learner.measure(compared.apply(List.of(row.batch())), objective)
                                .loss()))
                .toList();
    }

    /**
     * The first place, in the order of computation, with an entry that is not a number: a weight, a module's output for one of
     * the rows, the head, or, going back, a gradient. Empty if there is none.
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
                .flatMap(row -> learner.model().firstNonFinite(row.batch(), learner.adapter()).stream())
                .findFirst();
    }

    private Stream<Parameter> weights() {
        Adapter adapter = learner.adapter();
        Stream<Parameter> own = learner.model().parameters().stream();
        return adapter == null ? own : Stream.concat(own, adapter.parameters().stream());
    }

    private static boolean isFinite(Parameter weight) {
        try (Scope scope = Scope.open()) {
            return weight.value().detach().isFinite();
        }
    }
}
