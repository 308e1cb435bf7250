package dev.hone.model;

import java.util.List;

/** The gated half, seven wide inside. */
class FeedForwardTest extends LayerHalfContract {
    private static final int INSIDE = 7;

    @Override
    List<String> maps() {
        return List.of("gate", "up", "down");
    }

    @Override
    LayerHalf.Layer layer(LayerHalf weights) {
        FeedForward half = new FeedForward(
                weights.norm(),
                weights.linear("gate", INSIDE, LayerHalf.HIDDEN),
                weights.linear("up", INSIDE, LayerHalf.HIDDEN),
                weights.linear("down", LayerHalf.HIDDEN, INSIDE));
        return new LayerHalf.Layer(half::apply, half::stage);
    }
}
