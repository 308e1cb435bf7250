package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Hidden states whose graph is cut at every boundary between two stages. On the way there only the boundaries are kept; on the
 * way back, from the last stage to the first, each stage is computed again with its graph, which ends with it.
 *
 * <p>A boundary is a leaf that wants a gradient if anything below it is trained. The graph of the first computation tells, before
 * it is let go: under an adapter of the upper layers, the lower ones are computed once.
 */
final class RecomputedStages implements HiddenStates {
    private final List<UnaryOperator<Tensor>> stages;
    private final Tensor embedded;
    /** What is given to each stage, and last what the last one made. */
    private final List<Tensor> boundaries;

    private RecomputedStages(List<UnaryOperator<Tensor>> stages, Tensor embedded, List<Tensor> boundaries) {
        this.stages = stages;
        this.embedded = embedded;
        this.boundaries = boundaries;
    }

    static RecomputedStages of(List<UnaryOperator<Tensor>> stages, Tensor embedded) {
        List<Tensor> boundaries = new ArrayList<>(List.of(cut(embedded)));
        for (UnaryOperator<Tensor> stage : stages) {
            Tensor x = boundaries.get(boundaries.size() - 1);
            boundaries.add(Scope.returning(() -> cut(stage.apply(x))));
        }
        return new RecomputedStages(stages, embedded, boundaries);
    }

    /** The same values as a leaf, which wants a gradient if they did. */
    private static Tensor cut(Tensor x) {
        Tensor leaf = x.detach();
        return x.isTrainable() ? leaf.trainable() : leaf;
    }

    @Override
    public Tensor atTargets() {
        return boundaries.get(stages.size()).detach();
    }

    @Override
    public void backward(Tensor gradient) {
        Tensor above = gradient.detach(); // a handle of our own, closed when the next one down is there
        for (int i = stages.size() - 1; i >= 0 && boundaries.get(i + 1).isTrainable(); i--) {
            try (Scope scope = Scope.open()) {
                Tensor x = cut(boundaries.get(i));
                stages.get(i).apply(x).backward(above);
                above.close();
                if (x.isTrainable()) {
                    above = x.gradient().detach().keep(); // a gradient ends with its leaf
                }
            }
        }
        if (embedded.isTrainable()) {
            embedded.backward(above);
            above.close();
        }
    }
}
