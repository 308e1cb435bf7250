package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hidden states that blocks have computed one after the other. Below the first trained weight nothing is saved, and backward ends
 * there.
 */
final class LayerStack implements HiddenStates {
    private final Consumer<Tensor> toBelow;
    private final boolean trainedBelow;
    private final List<Block.Activations> saved = new ArrayList<>();
    private Tensor last;

    private LayerStack(Tensor first, Consumer<Tensor> below) {
        this.toBelow = below;
        this.trainedBelow = first.isTrainable();
        this.last = first;
    }

    /**
     * @param first the input of the first block: a leaf, which requires a gradient if anything below is trained
     * @param below receives that gradient
     */
    static LayerStack through(List<Block> blocks, Tensor first, Consumer<Tensor> below) {
        LayerStack through = new LayerStack(first, below);
        for (Block block : blocks) {
            Block.Activations applied = block.forward(through.last);
            through.last = applied.output();
            if (through.last.isTrainable()) {
                through.saved.add(applied);
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
        Tensor above = gradient.detach(); // a handle of our own, closed when the next one exists
        for (int i = saved.size() - 1; i >= 0; i--) {
            Block.Activations block = saved.get(i);
            Tensor from = above;
            Tensor below = null;
            try (Scope scope = Scope.open()) {
                Tensor made = block.backward(from);
                below = made == null ? null : made.keep();
            }
            above.close();
            if (below == null) {
                return;
            }
            above = below;
        }
        if (trainedBelow) {
            toBelow.accept(above);
        }
        above.close();
    }
}
