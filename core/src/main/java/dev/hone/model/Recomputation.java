package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What of a forward pass is not kept for the way back, and computed again there (Chen et al., 2016, section 3). Values and
 * gradients are the same bit for bit: what is random is drawn by position, and every sum runs in the same order.
 */
public enum Recomputation {
    /** Nothing: all that the way back needs stands until then. */
    NONE {
        @Override
        Block of(Block stage) {
            return stage;
        }
    },
    /** The inside of each half of a layer: its input [tokens, hidden] is kept, and one half stands at a time. */
    LAYERS {
        @Override
        Block of(Block stage) {
            return x -> {
                Tensor output = Scope.returning(() -> stage.keep(x).output());
                return new Again(stage, x, output);
            };
        }
    };

    /** A stage that keeps what this leaves to be kept. */
    abstract Block of(Block stage);

    /** Applied a second time on the way back. */
    private record Again(Block stage, Tensor x, Tensor output) implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return stage.keep(x).backward(gradient);
        }
    }
}
