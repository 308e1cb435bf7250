package dev.hone.train;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Changes weights by their gradients, and remembers what it needs between steps. Not safe for concurrent use. */
public sealed interface Optimizer permits AdamW, Muon {

    /** The settings of one kind of optimizer. */
    sealed interface Config permits AdamW.Config, Muon.Config {
        /** A new optimizer, with nothing to remember yet. */
        Optimizer over(List<Parameter> parameters);
    }

    /** Updates every weight that has a gradient, and leaves the gradients as they are. */
    void step(double learningRate);

    /** Everything needed to go on later, by name; float32 tensors, and int64 for counts. */
    Map<String, Tensor> state();

    /** Takes up where {@link #state} left off; every name must be there. */
    void restore(Function<String, Tensor> saved);
}
