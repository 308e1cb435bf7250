package dev.hone.model;

import dev.hone.model.attention.AttentionPlan.InputGradients;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.AttentionSpec.HeadShape;
import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.layer.RopeSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The attention block of a decoder layer, {@code y = x + output(attention(rotate(query(n)), rotate(key(n)), value(n)))} with
 * {@code n = norm(x)}, in the {@linkplain Residual residual stream} as the family has it; where queries and keys have norms, they are
 * normalised before they are rotated.
 *
 * <p>{@link #apply} is the formula. {@link #block} is the same with a backward written by hand: it saves x, queries, keys and values,
 * and what attention gives, and recomputes the rest. Queries and keys are saved as they attend, or before their norms.
 *
 * @param headNorms null: none
 * @param inputs queries, keys and values, or one map of all three
 */
record SelfAttention(
        LayerAttention shape, Residual around, @Nullable HeadNorms headNorms, List<Linear> inputs, Linear output) {
    SelfAttention {
        inputs = List.copyOf(inputs);
    }

    /**
     * How it attends.
     *
     * @param layer its number
     * @param rope null: queries and keys are not rotated
     */
    record LayerAttention(
            int layer,
            HeadShape heads,
            AttentionForm form,
            @Nullable RopeSpec rope) {}

    /** Norms over the queries and over the keys, of each head or of all together, as wide as their weights are. */
    record HeadNorms(RmsNorm query, RmsNorm key) {
        boolean areTrained() {
            return query.weight().isTrained() || key.weight().isTrained();
        }
    }

    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, ForwardContext pass) {
        Heads heads = attending(projected(x, pass), pass);
        Tensor mixed = pass.attention().attend(shape.layer, shape.form, heads.q, heads.k, heads.v);
        pass.seen("model.layers." + shape.layer + ".self_attn", mixed);
        return around.sum(x, output.apply(mixed, pass));
    }

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    /** Queries [tokens, heads, d], keys and values [tokens, kv heads, d]. */
    private record Heads(Tensor q, Tensor k, Tensor v) {}

    private Heads projected(Tensor x, ForwardContext pass) {
        Tensor n = around.input(x);
        Tensor first = inputs.get(0).apply(n, pass);
        if (inputs.size() > 1) {
            return new Heads(
                    split(first),
                    split(inputs.get(1).apply(n, pass)),
                    split(inputs.get(2).apply(n, pass)));
        }
        long queries = shape.heads.queryWidth();
        long keys = shape.heads.keyWidth();
        return new Heads(
                split(first.narrow(1, 0, queries).contiguous()),
                split(first.narrow(1, queries, keys).contiguous()),
                split(first.narrow(1, queries + keys, keys).contiguous()));
    }

    /** Normalised and rotated. */
    private Heads attending(Heads projected, ForwardContext pass) {
        Tensor q = headNorms == null ? projected.q : normed(headNorms.query, projected.q);
        Tensor k = headNorms == null ? projected.k : normed(headNorms.key, projected.k);
        if (shape.rope == null) {
            return new Heads(q, k, projected.v);
        }
        Rope.Rotation rotation = pass.rotation(shape.rope);
        return new Heads(rotation.ofQueries(q), rotation.apply(k), projected.v);
    }

    /** Of heads [tokens, heads, d], as many entries together as the norm has weights. */
    private static Tensor normed(RmsNorm norm, Tensor x) {
        return norm.apply(x.view(x.size(0), -1, norm.weight().shape()[0])).view(x.shape());
    }

    private Tensor split(Tensor x) {
        return x.view(x.size(0), x.size(1) / shape.heads.size(), shape.heads.size()); // [tokens, heads, d]
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
            Tensor mixed = saved.apply(pass.attention().attend(shape.layer, shape.form, heads.q, heads.k, heads.v));
            Tensor added = output.apply(mixed, pass);
            Tensor kept = around.savesMade() ? saved.apply(added) : null;
            Tensor y = around.sumInPlace(x, added);
            boolean isTrained = x.isTrainable() || isTrained(pass);
            return new Saved(this, pass, x, lasting, mixed, kept, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    /** The tensors that a forward pass makes, and those that {@link #block} saves. */
    static void allocate(Allocations allocations, ResidualSpec around, AttentionSpec spec) {
        HeadShape heads = spec.heads();
        long hidden = spec.output().outputs();
        long queries = heads.queryWidth();
        long keys = heads.keyWidth();
        Residual.allocateInput(allocations, around, hidden);
        allocations.savesInput(hidden, spec.inputs());
        spec.inputs().forEach(allocations::linear);
        if (spec.isFused()) {
            allocations.makes(queries + 2 * keys); // each by itself
        }
        if (spec.queryNorm() != null && spec.keyNorm() != null) {
            RmsNorm.allocate(allocations, queries, queries / spec.queryNorm().width());
            RmsNorm.allocate(allocations, keys, keys / spec.keyNorm().width());
        }
        if (spec.rope() != null) {
            allocations.makes(2 * queries); // halves swapped, and rotated
            allocations.makes(2 * keys);
        }
        allocations.saves(queries + 2 * keys);
        allocations.makesEntries(allocations.size().outputs(heads));
        allocations.scores(allocations.size().scores(heads));
        allocations.saves(queries);
        allocations.linear(spec.output());
        Residual.allocateSum(allocations, around, hidden);
        allocations.makes(hidden); // + x
        allocations.saves(hidden); // which is the input of the next block
    }

    private boolean isTrained(ForwardContext pass) {
        return around.isTrained()
                || headNorms != null && headNorms.areTrained()
                || inputs.stream().anyMatch(map -> map.isTrained(pass))
                || output.isTrained(pass);
    }

    /**
     * @param added what is added to x, before its norm; null where no norm reads it
     */
    private record Saved(
            SelfAttention layer,
            ForwardContext pass,
            Tensor x,
            Heads heads,
            Tensor mixed,
            @Nullable Tensor added,
            Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toAdded = layer.around.toMade(gradient, added);
                Tensor toMixed = layer.output.backward(toAdded, mixed, null, pass);
                HeadNorms norms = layer.headNorms;
                Heads attending = norms == null ? heads : layer.attending(heads, pass);
                InputGradients to = pass.attention()
                        .backward(layer.shape.form, attending.q, attending.k, attending.v, mixed, toMixed);
                RopeSpec rope = layer.shape.rope;
                Tensor toQ = rope == null ? to.q() : pass.rotation(rope).backwardOfQueries(to.q());
                Tensor toK = rope == null ? to.k() : pass.rotation(rope).backward(to.k());
                if (norms != null) {
                    toQ = unnormed(norms.query, toQ, heads.q);
                    toK = unnormed(norms.key, toK, heads.k);
                }
                heads.q.close();
                heads.k.close();
                heads.v.close();
                mixed.close();
                if (added != null) {
                    added.close();
                }
                Tensor n = layer.around.input(x);
                Tensor toN = layer.toInput(joined(toQ), joined(toK), joined(to.v()), n, pass);
                return layer.around.toX(toN, x, gradient);
            });
        }

        /** Backward of a norm over heads [tokens, heads, d]. */
        private static Tensor unnormed(RmsNorm norm, Tensor gradient, Tensor x) {
            long width = norm.weight().shape()[0];
            return norm.backward(gradient.reshape(-1, width), x.reshape(-1, width))
                    .view(x.shape());
        }
    }

    private Tensor toInput(Tensor toQ, Tensor toK, Tensor toV, Tensor n, ForwardContext pass) {
        if (inputs.size() == 1) {
            return inputs.get(0).backward(Tensor.concatenate(1, toQ, toK, toV), n, null, pass);
        }
        Tensor toN = inputs.get(0).backward(toQ, n, null, pass);
        inputs.get(1).backward(toK, n, toN, pass);
        return inputs.get(2).backward(toV, n, toN, pass);
    }
}
