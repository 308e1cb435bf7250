package dev.hone.model;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Which activations of a forward pass are not saved, and recomputed in backward (gradient checkpointing: Chen et al., 2016,
 * section 3). Values and gradients are the same bit for bit: what is random is drawn by position, and every sum runs in the same
 * order.
 */
public enum Recomputation {
    /** None: all that backward needs is saved. */
    NONE {
        @Override
        Block of(Block block) {
            return block;
        }
    },
    /** All inside a block: its input [tokens, hidden] is saved, and the activations of one block exist at a time. */
    LAYERS {
        @Override
        Block of(Block block) {
            return x -> {
                Tensor output = Scope.returning(() -> block.forward(x).output());
                return new Again(block, x, output);
            };
        }
    };

    /** The block, with only those activations saved that this leaves. */
    abstract Block of(Block block);

    /** Applied a second time in backward. */
    private record Again(Block block, Tensor x, Tensor output) implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return block.forward(x).backward(gradient);
        }
    }
}
