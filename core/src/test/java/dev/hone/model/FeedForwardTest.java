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
        return layer(weights, INSIDE);
    }

    static LayerHalf.Layer layer(LayerHalf weights, int inside) {
        FeedForward half = new FeedForward(
                weights.norm(),
                weights.linear("gate", inside, weights.hidden()),
                weights.linear("up", inside, weights.hidden()),
                weights.linear("down", weights.hidden(), inside));
        return new LayerHalf.Layer(half::apply, half::stage);
    }
}
