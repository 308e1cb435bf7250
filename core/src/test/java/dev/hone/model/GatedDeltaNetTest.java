package dev.hone.model;

import dev.hone.model.layer.DeltaShape;
import java.util.List;

/** One key head of 3 and two value heads of 4. */
class GatedDeltaNetTest extends BlockContract {
    private static final DeltaShape SHAPE = new DeltaShape(1, 2, 3, 4);

    @Override
    List<String> maps() {
        return List.of("inputs", "gate", "beta", "decay", "output");
    }

    @Override
    BlockFixture.Layer layer(BlockFixture weights) {
        int hidden = weights.hidden();
        int mixed = 2 * SHAPE.keyWidth() + SHAPE.valueWidth();
        GatedDeltaNet mixer = new GatedDeltaNet(
                0,
                SHAPE,
                new GatedDeltaNet.Maps(
                        weights.linear("inputs", mixed, hidden),
                        weights.linear("gate", SHAPE.valueWidth(), hidden),
                        weights.linear("beta", SHAPE.valueHeads(), hidden),
                        weights.linear("decay", SHAPE.valueHeads(), hidden),
                        weights.linear("output", hidden, SHAPE.valueWidth())),
                weights.own("taps", 0, 0.5, mixed, 1, 4),
                weights.own("a log", 0, 0.5, SHAPE.valueHeads()),
                weights.own("dt bias", 0, 0.5, SHAPE.valueHeads()),
                weights.own("head norm", 1, 0.1, SHAPE.valueSize()),
                1e-5);
        BranchBlock block = new BranchBlock(Residual.preNorm(weights.norm()), mixer);
        return new BlockFixture.Layer(block::apply, block::block);
    }

    /** Unit lengths and decays make much of a rounding in a vector of three. */
    @Override
    double graphRounding() {
        return 0.15;
    }
}
