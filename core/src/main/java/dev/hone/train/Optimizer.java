package dev.hone.train;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Changes weights by their gradients, and keeps what it needs between steps. Not safe for concurrent use. */
public sealed interface Optimizer extends Stateful permits AdamW, Muon {

    /** The settings of one kind of optimizer. */
    sealed interface Config permits AdamW.Config, Muon.Config {
        /** A new optimizer, with its state at zero. */
        Optimizer over(List<Parameter> parameters);
    }

    /** Updates every weight that has a gradient, and leaves the gradients as they are. */
    void step(double learningRate);

    @Override
    default String stateName() {
        return "optimizer";
    }

    /** Float32 tensors, and int64 for counts. */
    @Override
    Map<String, Tensor> state();
}
