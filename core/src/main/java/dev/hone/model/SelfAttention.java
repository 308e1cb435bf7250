package dev.hone.model;

import dev.hone.model.attention.SegmentAttention;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The attending half of a decoder layer, {@code y = x + output(attention(turn(query(n)), turn(key(n)), value(n)))} with {@code n =
 * norm(x)}.
 *
 * <p>{@link #apply} is the formula. {@link #stage} is the same with a way back of its own: it keeps x, what attends, and what came
 * of it, and makes the rest again.
 *
 * @param index the layer's number
 */
record SelfAttention(int index, int headSize, RmsNorm norm, Linear query, Linear key, Linear value, Linear output) {
    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, ForwardContext pass) {
        Heads heads = heads(x, pass);
        Tensor mixed = pass.attention().attend(index, heads.q, heads.k, heads.v);
        pass.seen("model.layers." + index + ".self_attn", mixed);
        return x.plus(output.apply(mixed, pass));
    }

    /** For training; drawn dropout masks are left to the graph. */
    Block stage(ForwardContext pass) {
        return pass.dropout() == null && pass.attention() instanceof SegmentAttention attention
                ? x -> Autograd.without(() -> kept(x, pass, attention))
                : Block.of(x -> apply(x, pass));
    }

    /** Queries [tokens, heads, d], keys and values [tokens, kv heads, d], turned. */
    private record Heads(Tensor q, Tensor k, Tensor v) {}

    private Heads heads(Tensor x, ForwardContext pass) {
        Tensor n = norm.apply(x);
        return new Heads(
                pass.turn().apply(parted(query.apply(n, pass))),
                pass.turn().apply(parted(key.apply(n, pass))),
                parted(value.apply(n, pass)));
    }

    private Tensor parted(Tensor x) {
        return x.view(x.size(0), x.size(1) / headSize, headSize); // [tokens, heads, d]
    }

    private static Tensor joined(Tensor x) {
        return x.reshape(x.size(0), x.size(1) * x.size(2)); // [tokens, heads · d]
    }

    private Block.Activations kept(Tensor x, ForwardContext pass, SegmentAttention attention) {
        UnaryOperator<Tensor> lasting = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Heads made = heads(x, pass);
            Heads heads = new Heads(lasting.apply(made.q), lasting.apply(made.k), lasting.apply(made.v));
            Tensor mixed = lasting.apply(attention.attend(index, heads.q, heads.k, heads.v));
            Tensor y = output.apply(mixed, pass).addInPlace(x);
            boolean learns = x.isTrainable() || learns(pass);
            return new Applied(this, pass, attention, x, heads, mixed, lasting.apply(learns ? y.trainable() : y));
        }
    }

    private boolean learns(ForwardContext pass) {
        return norm.weight().isTrained()
                || query.learns(pass)
                || key.learns(pass)
                || value.learns(pass)
                || output.learns(pass);
    }

    private record Applied(
            SelfAttention layer,
            ForwardContext pass,
            SegmentAttention attention,
            Tensor x,
            Heads heads,
            Tensor mixed,
            Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toMixed = layer.output.backward(gradient, mixed, null, pass);
                SegmentAttention.InputGradients to = attention.backward(heads.q, heads.k, heads.v, mixed, toMixed);
                heads.q.close();
                heads.k.close();
                heads.v.close();
                mixed.close();
                Tensor n = layer.norm.apply(x);
                Tensor toNorm = layer.query.backward(joined(pass.turn().back(to.q())), n, null, pass);
                layer.key.backward(joined(pass.turn().back(to.k())), n, toNorm, pass);
                layer.value.backward(joined(to.v()), n, toNorm, pass);
                if (!x.isTrainable() && !layer.norm.weight().isTrained()) {
                    return null;
                }
                Tensor toInput = layer.norm.backward(toNorm, x).addInPlace(gradient);
                return x.isTrainable() ? toInput : null;
            });
        }
    }
}
