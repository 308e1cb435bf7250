package dev.hone.model;

import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.layer.ShortConvolutionSpec;
import dev.hone.model.mixer.CausalConvolution;
import dev.hone.model.mixer.Runs;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mixer of LFM2's convolution layers (Liquid AI, 2025), {@code output(c ⊙ convolution(b ⊙ u))} for {@code (b, c, u) = input(n)},
 * three blocks of the hidden width in this order.
 *
 * <p>Saves what the first map gives, and recomputes the rest.
 *
 * @param taps [hidden, 1, k]
 * @param bias of the convolution; null: none
 */
record ShortConvolution(
        int layer, Linear input, Parameter taps, @Nullable Parameter bias, Linear output) implements Branch {
    /** The only part of a sequence's state: the last of what is convolved. */
    private static final int TAIL = 0;

    /**
     * @param weights by name
     */
    static ShortConvolution of(int layer, ShortConvolutionSpec spec, Function<String, Parameter> weights) {
        return new ShortConvolution(
                layer,
                Linear.of(spec.input(), weights),
                weights.apply(spec.taps().name()),
                spec.bias() == null ? null : weights.apply(spec.bias().name()),
                Linear.of(spec.output(), weights));
    }

    @Override
    public Branch.Applied forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved) {
        Tensor blocks = saved.apply(input.apply(n, pass)); // [tokens, 3 · hidden]
        Tensor written = block(blocks, 0).times(block(blocks, 2));
        Tensor read = block(blocks, 1)
                .times(convolved(written, pass.attention().runs()).to(n.dtype()));
        return new Applied(this, pass, blocks, output.apply(read, pass));
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

    /** The tensors that a forward pass makes, and those that are saved. */
    static void allocate(Allocations allocations, ResidualSpec around, ShortConvolutionSpec spec) {
        long hidden = spec.output().outputs();
        Residual.allocateInput(allocations, around, hidden);
        allocations.linear(spec.input());
        allocations.saves(3 * hidden);
        allocations.makes(2 * hidden); // b ⊙ u, and with what stands before it
        allocations.makesWide((2L + spec.reach()) * hidden); // tap by tap
        allocations.makes(2 * hidden); // in the compute type, c ⊙ it
        allocations.linear(spec.output());
        Residual.allocateSum(allocations, around, hidden);
        allocations.saves(hidden); // the input of the next block
    }

    private record Applied(ShortConvolution layer, ForwardContext pass, Tensor blocks, Tensor output)
            implements Branch.Applied {
        @Override
        public Tensor backward(Tensor gradient, Tensor n) {
            return layer.backward(blocks, gradient, n, pass);
        }
    }

    private Tensor backward(Tensor blocks, Tensor gradient, Tensor n, ForwardContext pass) {
        Runs runs = pass.attention().runs();
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

    @Override
    public boolean isTrained(ForwardContext pass) {
        return input.isTrained(pass) || output.isTrained(pass) || taps.isTrained() || bias != null && bias.isTrained();
    }
}
