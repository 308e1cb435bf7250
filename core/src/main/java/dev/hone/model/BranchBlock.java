package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A {@link Branch} in the {@linkplain Residual residual stream}, as half a decoder layer. */
record BranchBlock(Residual around, Branch branch) implements HalfLayer {
    @Override
    public Tensor apply(Tensor x, ForwardContext pass) {
        return around.sum(
                x,
                branch.forward(around.input(x), pass, UnaryOperator.identity()).output());
    }

    @Override
    public Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    private Block.Activations forward(Tensor x, ForwardContext pass) {
        UnaryOperator<Tensor> saved = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Branch.Applied applied = branch.forward(around.input(x), pass, saved);
            Tensor made = around.savesMade() ? saved.apply(applied.output()) : null;
            Tensor y = around.sumInPlace(x, applied.output());
            boolean isTrained = x.isTrainable() || around.isTrained() || branch.isTrained(pass);
            return new Saved(around, x, applied, made, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    /**
     * @param made what is added to x, before its norm; null where no norm reads it
     */
    private record Saved(
            Residual around,
            Tensor x,
            Branch.Applied applied,
            @Nullable Tensor made,
            Tensor output) implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toInput = applied.backward(around.toMade(gradient, made), around.input(x));
                if (made != null) {
                    made.close();
                }
                return around.toX(toInput, x, gradient);
            });
        }
    }
}
