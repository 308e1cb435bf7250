package dev.hone.recipes.plan;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;

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
        long layers = ParameterSpec.of(model).stream()
                .filter(ParameterSpec::isLinear)
                .mapToLong(ParameterSpec::count)
                .sum();
        return new Flops(
                layers,
                2L * model.attention().queryWidth(),
                model.output() == Output.TOKENS ? (long) model.vocabulary() * model.hidden() : model.hidden());
    }

    /** Multiplications of a forward pass. */
    public long of(BatchSize load) {
        return load.tokens() * ofToken + load.looks() * ofLook + load.targets() * ofTarget;
    }
}
