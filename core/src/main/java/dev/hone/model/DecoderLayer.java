package dev.hone.model;

import dev.hone.model.architecture.LayerSpec;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.NormSite;
import dev.hone.model.architecture.Projection;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** One pre-norm decoder layer: the {@linkplain SelfAttention attention block} followed by the {@linkplain FeedForward MLP block}. */
public record DecoderLayer(SelfAttention attention, FeedForward feedForward) {
    static DecoderLayer of(int index, ModelConfig config, Function<String, Parameter> weights) {
        LayerSpec spec = config.layer(index);
        Function<Projection, Linear> linear = projection -> linear(projection, index, spec, weights);
        Function<NormSite, RmsNorm> norm = site ->
                new RmsNorm(weights.apply(site.in(index)), config.shape().normEpsilon());
        return new DecoderLayer(
                new SelfAttention(
                        new SelfAttention.LayerAttention(
                                index, config.attention().headSize(), spec.window()),
                        norm.apply(NormSite.ATTENTION),
                        spec.has(NormSite.QUERY)
                                ? new SelfAttention.HeadNorms(norm.apply(NormSite.QUERY), norm.apply(NormSite.KEY))
                                : null,
                        linear.apply(Projection.QUERY),
                        linear.apply(Projection.KEY),
                        linear.apply(Projection.VALUE),
                        linear.apply(Projection.OUTPUT)),
                new FeedForward(
                        norm.apply(NormSite.MLP),
                        linear.apply(Projection.GATE),
                        linear.apply(Projection.UP),
                        linear.apply(Projection.DOWN)));
    }

    private static Linear linear(
            Projection projection, int index, LayerSpec spec, Function<String, Parameter> weights) {
        String module = projection.in(index);
        boolean biased = spec.hasBias(projection);
        return new Linear(module, weights.apply(module + ".weight"), biased ? weights.apply(module + ".bias") : null);
    }

    /**
     * Maps hidden states [tokens, hidden] to hidden states.
     *
     * @param wanted selects the positions whose states the MLP block computes; no position reads another there
     */
    Tensor apply(Tensor x, ForwardContext pass, UnaryOperator<Tensor> wanted) {
        return feedForward.apply(wanted.apply(attention.apply(x, pass)), pass);
    }

    /** The same in training. */
    List<Block> blocks(ForwardContext pass) {
        return List.of(attention.block(pass), feedForward.block(pass));
    }
}
