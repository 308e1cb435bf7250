package dev.hone.model;

import dev.hone.model.adapter.AdapterDelta;
import dev.hone.model.adapter.BaseLinear;
import dev.hone.model.layer.LinearSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A linear map {@code W·x + b} of a decoder, which an adapter's delta may change in a forward pass. */
public record Linear(
        String module, Parameter weight, @Nullable Parameter bias) implements BaseLinear {
    /**
     * @param weights by name
     */
    static Linear of(LinearSpec spec, Function<String, Parameter> weights) {
        String module = spec.module();
        return new Linear(
                module, weights.apply(module + ".weight"), spec.biased() ? weights.apply(module + ".bias") : null);
    }

    /** Applies the map to inputs [tokens, in]. */
    public Tensor apply(Tensor x, ForwardContext pass) {
        Tensor y = weight.product(x, bias);
        AdapterDelta delta = pass.change(module);
        if (delta != null) {
            y = delta.apply(y, x, pass.dropout() == null ? x : pass.dropout().apply(x, module), this);
        }
        return pass.seen(module, y);
    }

    /**
     * The backward, outside of any graph and without dropout: adds to the gradient of every trained weight.
     *
     * @param gradient ∂L/∂y [tokens, out]
     * @param x the inputs y was computed from [tokens, in]
     * @param sum what ∂L/∂x is added to, in place; null: nothing
     * @return the sum [tokens, in]
     */
    public Tensor backward(Tensor gradient, Tensor x, @Nullable Tensor sum, ForwardContext pass) {
        if (bias != null && bias.isTrained()) {
            bias.value().addGradient(gradient.to(bias.value().dtype()).sum(0));
        }
        AdapterDelta delta = pass.change(module);
        return delta == null ? backwardOfProduct(gradient, x, sum) : delta.backward(gradient, x, sum, this);
    }

    /** Whether any of its weights is trained in a pass. */
    public boolean isTrained(ForwardContext pass) {
        AdapterDelta delta = pass.change(module);
        return weight.isTrained() || bias != null && bias.isTrained() || delta != null && delta.isTrained();
    }
}
