package dev.hone.model;

import java.util.List;

/** A gated convolution over three tokens. */
class ShortConvolutionTest extends BlockContract {
    @Override
    List<String> maps() {
        return List.of("input", "output");
    }

    @Override
    BlockFixture.Layer layer(BlockFixture weights) {
        int hidden = weights.hidden();
        ShortConvolution mixer = new ShortConvolution(
                0,
                weights.linear("input", 3 * hidden, hidden),
                weights.own("taps", 0, 0.5, hidden, 1, 3),
                weights.own("taps.bias", 0, 0.5, hidden),
                weights.linear("output", hidden, hidden));
        BranchBlock block = new BranchBlock(Residual.preNorm(weights.norm()), mixer);
        return new BlockFixture.Layer(block::apply, block::block);
    }
}
