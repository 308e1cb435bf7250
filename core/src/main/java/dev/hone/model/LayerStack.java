package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hidden states that stages have made one after the other. Below the first trained weight nothing is kept, and the way back ends
 * there.
 */
final class LayerStack implements HiddenStates {
    private final Consumer<Tensor> toBelow;
    private final boolean learnsBelow;
    private final List<Block.Activations> kept = new ArrayList<>();
    private Tensor last;

    private LayerStack(Tensor first, Consumer<Tensor> below) {
        this.toBelow = below;
        this.learnsBelow = first.isTrainable();
        this.last = first;
    }

    /**
     * @param first what the first stage is given: a leaf, which wants a gradient if anything below learns
     * @param below is given that gradient
     */
    static LayerStack through(List<Block> stages, Tensor first, Consumer<Tensor> below) {
        LayerStack through = new LayerStack(first, below);
        for (Block stage : stages) {
            Block.Activations applied = stage.keep(through.last);
            through.last = applied.output();
            if (through.last.isTrainable()) {
                through.kept.add(applied);
            }
        }
        return through;
    }

    @Override
    public Tensor atTargets() {
        return last.detach();
    }

    @Override
    public void backward(Tensor gradient) {
        Tensor above = gradient.detach(); // a handle of our own, closed when the next one down is there
        for (int i = kept.size() - 1; i >= 0; i--) {
            Block.Activations stage = kept.get(i);
            Tensor from = above;
            Tensor below = null;
            try (Scope scope = Scope.open()) {
                Tensor made = stage.backward(from);
                below = made == null ? null : made.keep();
            }
            above.close();
            if (below == null) {
                return;
            }
            above = below;
        }
        if (learnsBelow) {
            toBelow.accept(above);
        }
        above.close();
    }
}
