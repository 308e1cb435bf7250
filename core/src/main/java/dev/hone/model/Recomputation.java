package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What of a forward pass is not kept for the way back, and computed again there (Chen et al., 2016, section 3). Values and
 * gradients are the same bit for bit: what is random is drawn by position, and every sum runs in the same order.
 */
public enum Recomputation {
    /** Nothing: the graph of all layers stands until the way back. */
    NONE {
        @Override
        HiddenStates through(List<UnaryOperator<Tensor>> stages, Tensor embedded) {
            Tensor x = embedded;
            for (UnaryOperator<Tensor> stage : stages) {
                x = within(stage, x);
            }
            return new Whole(x, x.detach());
        }
    },
    /** The inside of each layer: one tensor [tokens, hidden] a layer is kept, and one layer's graph stands at a time. */
    LAYERS {
        @Override
        HiddenStates through(List<UnaryOperator<Tensor>> stages, Tensor embedded) {
            return RecomputedStages.of(stages, embedded);
        }
    };

    /**
     * Runs the stages one after the other.
     *
     * @param stages each maps the hidden states before it to those after it, the same whenever it is asked
     * @param embedded what the first is given, in the graph of what lies below
     */
    abstract HiddenStates through(List<UnaryOperator<Tensor>> stages, Tensor embedded);

    /** Applies a stage and lets go of everything that neither its result nor the graph needs. */
    static Tensor within(UnaryOperator<Tensor> stage, Tensor x) {
        return Scope.returning(() -> stage.apply(x));
    }

    /** One graph from the trained weights to the targets. */
    private record Whole(Tensor end, Tensor atTargets) implements HiddenStates {
        @Override
        public void backward(Tensor gradient) {
            if (end.isTrainable()) {
                end.backward(gradient);
            }
        }
    }
}
