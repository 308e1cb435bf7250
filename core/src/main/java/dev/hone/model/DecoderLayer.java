package dev.hone.model;

import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One pre-norm decoder layer: {@code a = x + attention(norm(x)); y = a + down(silu(gate(n)) ⊙ up(n))} with {@code n =
 * norm(a)}.
 */
final class DecoderLayer {
    private final int index;
    private final int headSize;
    private final Map<Projection, Linear> projections = new EnumMap<>(Projection.class);
    private final RmsNorm inputNorm;
    private final RmsNorm postAttentionNorm;

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
        postAttentionNorm = new RmsNorm(weights.apply(ParameterSpec.postAttentionNorm(index)), config.normEpsilon());
    }

    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, Pass pass) {
        Tensor a = x.plus(attention(inputNorm.apply(x), pass));
        return a.plus(feedForward(postAttentionNorm.apply(a), pass));
    }

    private Tensor attention(Tensor x, Pass pass) {
        Tensor q = heads(project(Projection.QUERY, x, pass));
        Tensor k = heads(project(Projection.KEY, x, pass));
        Tensor v = heads(project(Projection.VALUE, x, pass));
        Tensor mixed =
                pass.attention().attend(index, pass.turn().apply(q), pass.turn().apply(k), v);
        return project(Projection.OUTPUT, pass.seen("model.layers." + index + ".self_attn", mixed), pass);
    }

    private Tensor feedForward(Tensor x, Pass pass) {
        Tensor gate = project(Projection.GATE, x, pass).silu();
        return project(Projection.DOWN, gate.times(project(Projection.UP, x, pass)), pass);
    }

    private Tensor project(Projection projection, Tensor x, Pass pass) {
        Linear linear = projections.get(projection);
        if (linear == null) {
            throw new IllegalStateException("layer lacks " + projection);
        }
        return linear.apply(x, pass);
    }

    private Tensor heads(Tensor x) {
        return x.view(x.size(0), x.size(1) / headSize, headSize); // [tokens, heads, d]
    }
}
