package dev.hone.model;

import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A linear map {@code W·x + b} of a decoder, to which the forward pass may add an adapter's change. */
record Linear(String module, Parameter weight, @Nullable Parameter bias) {
    /** Applies the map to inputs [tokens, in]. */
    Tensor apply(Tensor x, Pass pass) {
        Tensor base =
                bias == null ? x.linear(weight.in(x.dtype())) : x.linear(weight.in(x.dtype()), bias.in(x.dtype()));
        LowRank change = pass.adapter() == null ? null : pass.adapter().at(module);
        if (change == null) {
            return pass.seen(module, base);
        }
        Tensor input = pass.dropout() == null ? x : pass.dropout().apply(x, module);
        return pass.seen(module, base.plus(change.apply(input, x.dtype())));
    }
}
