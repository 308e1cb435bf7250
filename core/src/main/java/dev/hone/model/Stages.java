package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden states that stages have made one after the other. Below the first trained weight nothing is kept, and the way back ends
 * there.
 */
final class Stages implements HiddenStates {
    private final Tensor embedded;
    private final List<Stage.Kept> kept = new ArrayList<>();
    private Tensor last;

    private Stages(Tensor embedded) {
        this.embedded = embedded;
        this.last = Stage.cut(embedded);
    }

    /**
     * @param embedded what the first stage is given, in the graph of what lies below
     */
    static Stages through(List<Stage> stages, Tensor embedded) {
        Stages through = new Stages(embedded);
        for (Stage stage : stages) {
            Stage.Kept applied = stage.keep(through.last);
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
            Stage.Kept stage = kept.get(i);
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
        if (embedded.isTrainable()) {
            embedded.backward(above);
        }
        above.close();
    }
}
