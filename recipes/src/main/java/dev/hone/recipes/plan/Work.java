package dev.hone.recipes.plan;

import dev.hone.model.ModelConfig;
import dev.hone.model.Output;
import dev.hone.model.ParameterSpec;

/**
 * The multiplications of products, by which micro-batches of different shape are compared: of all weights of the layers for
 * each token, of queries with keys and of scores with values, and of the head for each target.
 *
 * @param ofToken weights that each token is multiplied with
 * @param ofLook two products of a head's width, for each head
 * @param ofTarget weights of the head
 */
public record Work(long ofToken, long ofLook, long ofTarget) {
    public static Work of(ModelConfig model) {
        long layers = ParameterSpec.of(model).stream()
                .filter(spec -> spec.shape().length == 2 && spec.name().contains(".layers."))
                .mapToLong(ParameterSpec::count)
                .sum();
        return new Work(
                layers,
                2L * model.heads() * model.headSize(),
                model.output() == Output.TOKENS ? (long) model.vocabulary() * model.hidden() : model.hidden());
    }

    /** Multiplications of the way there. */
    public long of(Load load) {
        return load.tokens() * ofToken + load.looks() * ofLook + load.targets() * ofTarget;
    }
}
