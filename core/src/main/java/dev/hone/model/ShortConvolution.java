package dev.hone.model;

import dev.hone.model.mixer.CausalConvolution;
import dev.hone.model.mixer.Runs;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mixer of LFM2's convolution layers (Liquid AI, 2025), {@code output(c ⊙ convolution(b ⊙ u))} for {@code (b, c, u) = input(n)},
 * three blocks of the hidden width in this order.
 *
 * <p>{@link #apply} is the formula; {@link #forward} and {@link #backward} are the same with a backward written by hand, which saves what
 * the first map gives.
 *
 * @param taps [hidden, 1, k]
 * @param bias of the convolution; null: none
 */
record ShortConvolution(int layer, Linear input, Parameter taps, @Nullable Parameter bias, Linear output) {
    /** The only part of a sequence's state: the last of what is convolved. */
    private static final int TAIL = 0;

    /** What {@link #backward} reads, and the output. */
    record Computed(Tensor blocks, Tensor output) {}

    /** Maps normalised hidden states [tokens, hidden] to what is added to the residual stream. */
    Tensor apply(Tensor n, ForwardContext pass) {
        return forward(n, pass, UnaryOperator.identity()).output;
    }

    /**
     * The same with what backward needs.
     *
     * @param saved keeps a tensor until then
     */
    Computed forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved) {
        Tensor blocks = saved.apply(input.apply(n, pass)); // [tokens, 3 · hidden]
        Tensor written = block(blocks, 0).times(block(blocks, 2));
        Tensor read = block(blocks, 1).times(convolved(written, pass.attention().runs()).to(n.dtype()));
        return new Computed(blocks, output.apply(read, pass));
    }

    private Tensor convolved(Tensor written, Runs runs) {
        Tensor sum = CausalConvolution.apply(written, wideTaps(), runs, layer, TAIL);
        return bias == null ? sum : sum.plus(bias.in(DType.F32));
    }

    private Tensor wideTaps() {
        return taps.in(DType.F32).view(taps.shape()[0], taps.shape()[2]);
    }

    private static Tensor block(Tensor blocks, int i) {
        long hidden = blocks.size(1) / 3;
        return blocks.narrow(1, i * hidden, hidden);
    }

    /**
     * Backward, outside of any graph: adds to the gradient of every trained weight and closes what was saved.
     *
     * @param gradient ∂L/∂output [tokens, hidden]; not changed
     * @return ∂L/∂n
     */
    Tensor backward(Computed computed, Tensor gradient, Tensor n, ForwardContext pass) {
        Runs runs = pass.attention().runs();
        Tensor blocks = computed.blocks;
        Tensor written = block(blocks, 0).times(block(blocks, 2));
        Tensor convolved = convolved(written, runs).to(n.dtype());
        Tensor toRead = output.backward(gradient, block(blocks, 1).times(convolved), null, pass);
        Tensor toConvolved = toRead.times(block(blocks, 1)).to(DType.F32);
        if (bias != null && bias.isTrained()) {
            bias.value().addGradient(toConvolved.sum(0));
        }
        CausalConvolution.InputGradients to =
                CausalConvolution.backward(toConvolved, written, wideTaps(), runs, taps.isTrained());
        if (to.taps() != null) {
            taps.value().addGradient(to.taps().view(taps.shape()));
        }
        Tensor toWritten = to.x().to(n.dtype());
        Tensor toBlocks = Tensor.concatenate(
                1, toWritten.times(block(blocks, 2)), toRead.times(convolved), toWritten.times(block(blocks, 0)));
        blocks.close();
        return input.backward(toBlocks, n, null, pass);
    }

    boolean isTrained(ForwardContext pass) {
        return input.isTrained(pass)
                || output.isTrained(pass)
                || taps.isTrained()
                || bias != null && bias.isTrained();
    }
}
