package dev.hone.model;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ModelConfig.AttentionShape;
import dev.hone.model.architecture.NormSite;
import dev.hone.model.architecture.Projection;
import dev.hone.model.attention.AttentionPlan.InputGradients;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The attention block of a decoder layer, {@code y = x + output(attention(rotate(query(n)), rotate(key(n)), value(n)))} with
 * {@code n = norm(x)}; where heads have norms, queries and keys are normalised before they are rotated.
 *
 * <p>{@link #apply} is the formula. {@link #block} is the same with a backward written by hand: it saves x, queries, keys and values,
 * and what attention gives, and recomputes the rest. Queries and keys are saved as they attend, or before their norms.
 *
 * @param headNorms null: none
 */
record SelfAttention(
        LayerAttention shape,
        RmsNorm norm,
        @Nullable HeadNorms headNorms,
        Linear query,
        Linear key,
        Linear value,
        Linear output) {
    /**
     * How it attends.
     *
     * @param layer its number
     * @param window how many keys a query reads at most, its own and those before it
     */
    record LayerAttention(int layer, int headSize, int window) {}

    /** Norms over the queries and over the keys of each head. */
    record HeadNorms(RmsNorm query, RmsNorm key) {
        boolean areTrained() {
            return query.weight().isTrained() || key.weight().isTrained();
        }
    }

    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, ForwardContext pass) {
        Heads heads = attending(projected(x, pass), pass);
        Tensor mixed = pass.attention().attend(shape.layer, shape.window, heads.q, heads.k, heads.v);
        pass.seen("model.layers." + shape.layer + ".self_attn", mixed);
        return x.plus(output.apply(mixed, pass));
    }

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    /** Queries [tokens, heads, d], keys and values [tokens, kv heads, d]. */
    private record Heads(Tensor q, Tensor k, Tensor v) {}

    private Heads projected(Tensor x, ForwardContext pass) {
        Tensor n = norm.apply(x);
        return new Heads(split(query.apply(n, pass)), split(key.apply(n, pass)), split(value.apply(n, pass)));
    }

    /** Normalised and rotated. */
    private Heads attending(Heads projected, ForwardContext pass) {
        Rope.Rotation rotation = pass.rotation();
        Tensor q = headNorms == null ? projected.q : headNorms.query.apply(projected.q);
        Tensor k = headNorms == null ? projected.k : headNorms.key.apply(projected.k);
        return new Heads(rotation.apply(q), rotation.apply(k), projected.v);
    }

    private Tensor split(Tensor x) {
        return x.view(x.size(0), x.size(1) / shape.headSize, shape.headSize); // [tokens, heads, d]
    }

    private static Tensor joined(Tensor x) {
        return x.reshape(x.size(0), x.size(1) * x.size(2)); // [tokens, heads · d]
    }

    private Block.Activations forward(Tensor x, ForwardContext pass) {
        UnaryOperator<Tensor> saved = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Heads projected = projected(x, pass);
            Heads heads = attending(projected, pass);
            Heads made = headNorms == null ? heads : projected;
            Heads lasting = new Heads(saved.apply(made.q), saved.apply(made.k), saved.apply(made.v));
            Tensor mixed = saved.apply(pass.attention().attend(shape.layer, shape.window, heads.q, heads.k, heads.v));
            Tensor y = output.apply(mixed, pass).addInPlace(x);
            boolean isTrained = x.isTrainable() || isTrained(pass);
            return new Saved(this, pass, x, lasting, mixed, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    /** The tensors that a forward pass makes, and those that {@link #block} saves. */
    static void allocate(Allocations allocations, ModelConfig model) {
        AttentionShape shape = model.attention();
        long hidden = model.hidden();
        long queries = shape.queryWidth();
        long keys = shape.keyWidth();
        RmsNorm.allocate(allocations, hidden, 1);
        allocations.savesInput(hidden, Projection.QUERY, Projection.KEY, Projection.VALUE);
        allocations.linear(Projection.QUERY, hidden, queries);
        allocations.linear(Projection.KEY, hidden, keys);
        allocations.linear(Projection.VALUE, hidden, keys);
        if (model.layer(0).has(NormSite.QUERY)) {
            RmsNorm.allocate(allocations, queries, shape.heads());
            RmsNorm.allocate(allocations, keys, shape.keyValueHeads());
        }
        allocations.makes(2 * queries); // halves swapped, and rotated
        allocations.makes(2 * keys);
        allocations.saves(queries + 2 * keys);
        allocations.makesEntries(allocations.size().outputs(shape));
        allocations.scores(allocations.size().scores(shape));
        allocations.saves(queries);
        allocations.linear(Projection.OUTPUT, queries, hidden);
        allocations.makes(hidden); // + x
        allocations.saves(hidden); // which is the input of the next block
    }

    private boolean isTrained(ForwardContext pass) {
        return norm.weight().isTrained()
                || headNorms != null && headNorms.areTrained()
                || query.isTrained(pass)
                || key.isTrained(pass)
                || value.isTrained(pass)
                || output.isTrained(pass);
    }

    private record Saved(SelfAttention layer, ForwardContext pass, Tensor x, Heads heads, Tensor mixed, Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toMixed = layer.output.backward(gradient, mixed, null, pass);
                HeadNorms norms = layer.headNorms;
                Heads attending = norms == null ? heads : layer.attending(heads, pass);
                InputGradients to = pass.attention()
                        .backward(layer.shape.window, attending.q, attending.k, attending.v, mixed, toMixed);
                Tensor toQ = pass.rotation().backward(to.q());
                Tensor toK = pass.rotation().backward(to.k());
                if (norms != null) {
                    toQ = perHead(norms.query, toQ, heads.q);
                    toK = perHead(norms.key, toK, heads.k);
                }
                heads.q.close();
                heads.k.close();
                heads.v.close();
                mixed.close();
                Tensor n = layer.norm.apply(x);
                Tensor toN = layer.query.backward(joined(toQ), n, null, pass);
                layer.key.backward(joined(toK), n, toN, pass);
                layer.value.backward(joined(to.v()), n, toN, pass);
                if (!x.isTrainable() && !layer.norm.weight().isTrained()) {
                    return null;
                }
                Tensor toX = layer.norm.backward(toN, x).addInPlace(gradient);
                return x.isTrainable() ? toX : null;
            });
        }

        /** Backward of a norm over heads [tokens, heads, d]. */
        private static Tensor perHead(RmsNorm norm, Tensor gradient, Tensor x) {
            long d = x.size(2);
            return norm.backward(gradient.reshape(-1, d), x.reshape(-1, d)).view(x.shape());
        }
    }
}
