package dev.hone.model;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model without its head: embedding, decoder layers, and the last norm. */
record Decoder(
        Parameter embedding, List<DecoderLayer> layers, RmsNorm finalNorm, Rope rope, int vocabulary, DType compute) {
    /**
     * @param weights by name
     */
    static Decoder of(ModelConfig config, DType compute, Function<String, Parameter> weights) {
        return new Decoder(
                weights.apply(ParameterSpec.EMBEDDING),
                IntStream.range(0, config.layers())
                        .mapToObj(i -> DecoderLayer.of(i, config, weights))
                        .toList(),
                new RmsNorm(
                        weights.apply(ParameterSpec.FINAL_NORM), config.shape().normEpsilon()),
                new Rope(
                        config.attention().headSize(),
                        config.rope().theta(),
                        config.rope().scaling()),
                config.vocabulary(),
                compute);
    }

    Rope.Rotation rotation(int[] positions) {
        return rope.at(positions, compute);
    }

    /**
     * Computes normalised last hidden states.
     *
     * @param wanted selects the positions whose states the last layer's MLP block computes and the result holds
     */
    Tensor forward(int[] tokens, ForwardContext pass, UnaryOperator<Tensor> wanted) {
        Tensor x = pass.seen("model.embed_tokens", embed(tokens, null));
        for (int i = 0; i < layers.size(); i++) {
            DecoderLayer layer = layers.get(i);
            UnaryOperator<Tensor> own = i + 1 < layers.size() ? UnaryOperator.identity() : wanted;
            Tensor before = x;
            x = Scope.returning(() -> layer.apply(before, pass, own));
        }
        return pass.seen("model.norm", finalNorm.apply(x));
    }

    /** The input of the first layer [tokens, hidden]. */
    Tensor embed(int[] tokens, @Nullable EmbeddingNoise noise) {
        requireKnown(tokens);
        return Scope.returning(() -> {
            Tensor x = embedding.value().lookUp(Tensor.of(tokens));
            return (noise == null ? x : noise.apply(x)).to(compute);
        });
    }

    private void requireKnown(int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary) {
                throw new IllegalArgumentException("token id (" + token + ") is outside the model's vocabulary of "
                        + vocabulary + "; the tokenizer belongs to another model");
            }
        }
    }
}
