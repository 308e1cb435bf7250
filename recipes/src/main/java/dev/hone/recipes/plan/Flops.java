package dev.hone.recipes.plan;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.layer.ExpertsSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LinearSpec;
import java.util.List;

/**
 * The multiplications of products, by which micro-batches of different shape are compared: of all weights of the layers for
 * each token, of queries with keys and of scores with values, and of the head for each target.
 *
 * @param ofToken weights that each token is multiplied with
 * @param ofLook two products of a head's width, for each head
 * @param ofTarget weights of the head
 */
public record Flops(long ofToken, long ofLook, long ofTarget) {
    public static Flops of(ModelConfig model) {
        long layers = model.allLayers().stream().mapToLong(Flops::ofLayer).sum();
        return new Flops(
                layers,
                2L * model.attention().queryWidth(),
                model.output() == Output.TOKENS ? (long) model.vocabulary() * model.hidden() : model.hidden());
    }

    /** Of experts those that compute a token. */
    private static long ofLayer(LayerSpec layer) {
        long mixer = weights(layer.mixer().linearMaps());
        if (layer.feedForward() instanceof ExpertsSpec experts) {
            long one = weights(experts.all().get(0).linearMaps());
            return mixer + weights(List.of(experts.router())) + experts.shape().chosen() * one;
        }
        return mixer + weights(layer.feedForward().linearMaps());
    }

    private static long weights(List<LinearSpec> maps) {
        return maps.stream()
                .mapToLong(map -> (long) map.inputs() * map.outputs())
                .sum();
    }

    /** Multiplications of a forward pass. */
    public long of(BatchSize load) {
        return load.tokens() * ofToken + load.looks() * ofLook + load.targets() * ofTarget;
    }
}
