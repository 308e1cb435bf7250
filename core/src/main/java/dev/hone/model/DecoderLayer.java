package dev.hone.model;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LinearSpec;
import dev.hone.model.layer.NormSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** One decoder layer: the {@linkplain SelfAttention attention block} followed by the {@linkplain FeedForward MLP block}. */
public record DecoderLayer(SelfAttention attention, FeedForward feedForward) {
    /**
     * @param weights by name
     */
    static DecoderLayer of(int index, LayerSpec spec, Function<String, Parameter> weights) {
        return new DecoderLayer(attention(index, spec, weights), feedForward(spec, weights));
    }

    private static SelfAttention attention(int index, LayerSpec layer, Function<String, Parameter> weights) {
        AttentionSpec spec = layer.attention();
        NormSpec ofQueries = spec.queryNorm();
        NormSpec ofKeys = spec.keyNorm();
        return new SelfAttention(
                new SelfAttention.LayerAttention(index, spec.heads(), spec.form(), spec.rope()),
                Residual.of(layer.aroundMixer(), weights),
                ofQueries == null || ofKeys == null
                        ? null
                        : new SelfAttention.HeadNorms(RmsNorm.of(ofQueries, weights), RmsNorm.of(ofKeys, weights)),
                linear(spec.inputs(), weights),
                Linear.of(spec.output(), weights));
    }

    private static FeedForward feedForward(LayerSpec layer, Function<String, Parameter> weights) {
        GatedSpec spec = (GatedSpec) layer.feedForward();
        return new FeedForward(
                Residual.of(layer.aroundFeedForward(), weights),
                linear(spec.inputs(), weights),
                Linear.of(spec.down(), weights),
                spec.activation());
    }

    private static List<Linear> linear(List<LinearSpec> maps, Function<String, Parameter> weights) {
        return maps.stream().map(map -> Linear.of(map, weights)).toList();
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
