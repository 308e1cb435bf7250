package dev.hone.model;

import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One pre-norm decoder layer: {@code a = x + attention(norm(x))}, and behind it the {@linkplain FeedForward gated half}. */
final class DecoderLayer {
    private final int index;
    private final int headSize;
    private final Map<Projection, Linear> projections = new EnumMap<>(Projection.class);
    private final RmsNorm inputNorm;
    private final FeedForward feedForward;

    DecoderLayer(int index, ModelConfig config, Function<String, Parameter> weights) {
        this.index = index;
        this.headSize = config.headSize();
        for (Projection projection : Projection.values()) {
            String module = projection.in(index);
            projections.put(
                    projection,
                    new Linear(
                            module,
                            weights.apply(module + ".weight"),
                            config.architecture().hasBias(projection, config)
                                    ? weights.apply(module + ".bias")
                                    : null));
        }
        inputNorm = new RmsNorm(weights.apply(ParameterSpec.inputNorm(index)), config.normEpsilon());
        feedForward = new FeedForward(
                new RmsNorm(weights.apply(ParameterSpec.postAttentionNorm(index)), config.normEpsilon()),
                linear(Projection.GATE),
                linear(Projection.UP),
                linear(Projection.DOWN));
    }

    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, Pass pass) {
        return feedForward.apply(attended(x, pass), pass);
    }

    /** The same in training, as two stages. */
    List<Stage> stages(Pass pass) {
        return List.of(Stage.of(x -> attended(x, pass)), feedForward.stage(pass));
    }

    private Tensor attended(Tensor x, Pass pass) {
        return x.plus(attention(inputNorm.apply(x), pass));
    }

    private Tensor attention(Tensor x, Pass pass) {
        Tensor q = heads(linear(Projection.QUERY).apply(x, pass));
        Tensor k = heads(linear(Projection.KEY).apply(x, pass));
        Tensor v = heads(linear(Projection.VALUE).apply(x, pass));
        Tensor mixed =
                pass.attention().attend(index, pass.turn().apply(q), pass.turn().apply(k), v);
        return linear(Projection.OUTPUT).apply(pass.seen("model.layers." + index + ".self_attn", mixed), pass);
    }

    private Linear linear(Projection projection) {
        Linear linear = projections.get(projection);
        if (linear == null) {
            throw new IllegalStateException("layer lacks " + projection);
        }
        return linear;
    }

    private Tensor heads(Tensor x) {
        return x.view(x.size(0), x.size(1) / headSize, headSize); // [tokens, heads, d]
    }
}
