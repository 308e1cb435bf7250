package dev.hone.model;

import dev.hone.model.adapter.AdapterDelta;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A linear map {@code W·x + b} of a decoder, to which the forward pass may add an adapter's change. */
public record Linear(
        String module, Parameter weight, @Nullable Parameter bias) {
    /** Applies the map to inputs [tokens, in]. */
    public Tensor apply(Tensor x, ForwardContext pass) {
        Tensor y = weight.product(x, bias);
        AdapterDelta change = pass.change(module);
        if (change != null) {
            change.addTo(y, pass.dropout() == null ? x : pass.dropout().apply(x, module));
        }
        return pass.seen(module, y);
    }

    /**
     * The way back, outside of any graph and without dropout: adds to the gradient of every trained weight.
     *
     * @param gradient ∂L/∂y [tokens, out]
     * @param x the inputs y was computed from [tokens, in]
     * @param sum what ∂L/∂x is added to, in place; null: nothing
     * @return the sum [tokens, in]
     */
    public Tensor backward(Tensor gradient, Tensor x, @Nullable Tensor sum, ForwardContext pass) {
        Tensor toX = weight.inputGradient(gradient, sum);
        if (weight.isTrained()) {
            weight.addGradientProduct(gradient.transpose(0, 1), x, 1);
        }
        if (bias != null && bias.isTrained()) {
            bias.value().addGradient(gradient.to(bias.value().dtype()).sum(0));
        }
        LoraDelta change = change(pass);
        if (change != null) {
            change.backward(gradient, x, toX);
        }
        return toX;
    }

    /** Whether any of its weights is trained in a pass. */
    public boolean learns(ForwardContext pass) {
        LoraDelta change = change(pass);
        return weight.isTrained()
                || bias != null && bias.isTrained()
                || change != null && (change.down().isTrained() || change.up().isTrained());
    }

    /** What has a way back: the change of one adapter, which all rows of the pass have. */
    private @Nullable LoraDelta change(ForwardContext pass) {
        return (LoraDelta) pass.change(module);
    }
}
