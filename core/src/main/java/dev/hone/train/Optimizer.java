package dev.hone.train;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Changes weights by their gradients, and keeps what it needs between steps. Not safe for concurrent use. */
public sealed interface Optimizer extends Stateful permits AdamW, Muon {

    /** The optimizers there are. */
    enum OptimizerType {
        ADAMW,
        MUON
    }

    /**
     * Which optimizer, and its settings.
     *
     * @param adamw of all weights, or of those that Muon leaves to it
     * @param momentum of Muon, which updates the hidden matrices
     */
    record OptimizerConfig(
            @Default("adamw") OptimizerType kind,
            @Flattened AdamW.Config adamw,
            @Default("0.95") double momentum) {
        public OptimizerConfig {
            require(
                    kind != OptimizerType.MUON || momentum >= 0 && momentum < 1,
                    "momentum (%s) must be at least 0 and below 1",
                    momentum);
        }

        public static OptimizerConfig adamw(AdamW.Config adamw) {
            return new OptimizerConfig(OptimizerType.ADAMW, adamw, 0.95);
        }

        public static OptimizerConfig muon(double momentum, AdamW.Config others) {
            return new OptimizerConfig(OptimizerType.MUON, others, momentum);
        }

        /** A new optimizer without state. */
        public Optimizer over(List<Parameter> parameters) {
            return switch (kind) {
                case ADAMW -> new AdamW(adamw, parameters);
                case MUON -> new Muon(momentum, adamw, parameters);
            };
        }
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
