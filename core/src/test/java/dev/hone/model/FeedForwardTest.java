package dev.hone.model;

import java.util.List;

/** The MLP block, seven wide inside. */
class FeedForwardTest extends BlockContract {
    private static final int INSIDE = 7;

    @Override
    List<String> maps() {
        return List.of("gate", "up", "down");
    }

    @Override
    BlockFixture.Layer layer(BlockFixture weights) {
        return layer(weights, INSIDE);
    }

    static BlockFixture.Layer layer(BlockFixture weights, int inside) {
        FeedForward block = new FeedForward(
                weights.norm(),
                weights.linear("gate", inside, weights.hidden()),
                weights.linear("up", inside, weights.hidden()),
                weights.linear("down", weights.hidden(), inside));
        return new BlockFixture.Layer(block::apply, block::block);
    }
}
