package dev.hone.model;

import dev.hone.model.attention.AttentionPlan;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.LayerSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;

/**
 * Random queries [tokens, heads, d], keys and values [tokens, key heads, d], and the gradient of the output [tokens, heads ·
 * d].
 */
public record AttentionInputs(Tensor q, Tensor k, Tensor v, Tensor gradient) {
    public static AttentionInputs drawn(int tokens, int heads, int keyHeads, int width, DType type) {
        return new AttentionInputs(
                Drawn.gaussian("q", tokens, heads, width).to(type),
                Drawn.gaussian("k", tokens, keyHeads, width).to(type),
                Drawn.gaussian("v", tokens, keyHeads, width).to(type),
                Drawn.gaussian("gradient", tokens, (long) heads * width).to(type));
    }

    /** The output, and the inputs' gradients. */
    public record Attended(Tensor y, Tensor toQueries, Tensor toKeys, Tensor toValues) {}

    public Attended byGraph(AttentionPlan attention) {
        return byGraph(attention, LayerSpec.UNBOUNDED);
    }

    public Attended byGraph(AttentionPlan attention, int window) {
        AttentionInputs leaves = new AttentionInputs(leaf(q), leaf(k), leaf(v), gradient);
        Tensor y = attention.attend(0, form(window), leaves.q, leaves.k, leaves.v);
        y.backward(gradient);
        return new Attended(y, leaves.q.gradient(), leaves.k.gradient(), leaves.v.gradient());
    }

    private AttentionForm form(int window) {
        return AttentionForm.of(window, Math.toIntExact(q.size(2)));
    }

    private static Tensor leaf(Tensor x) {
        return x.detach().trainable();
    }

    public Attended byHand(AttentionPlan attention) {
        return byHand(attention, LayerSpec.UNBOUNDED);
    }

    public Attended byHand(AttentionPlan attention, int window) {
        return Autograd.without(() -> {
            Tensor y = attention.attend(0, form(window), q, k, v);
            AttentionPlan.InputGradients to = attention.backward(form(window), q, k, v, y, gradient);
            return new Attended(y, to.q(), to.k(), to.v());
        });
    }
}
