package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model without its head: embedding, decoder layers, and the last norm. */
record Decoder(
        DecoderSpec spec,
        Parameter embedding,
        List<DecoderLayer> layers,
        RmsNorm finalNorm,
        Map<RopeSpec, Rope> ropes,
        int vocabulary,
        DType compute) {
    /**
     * @param weights by name
     */
    static Decoder of(ModelConfig config, DType compute, Function<String, Parameter> weights) {
        DecoderSpec spec = config.decoder();
        List<DecoderLayer> layers = new ArrayList<>();
        Map<RopeSpec, Rope> ropes = new LinkedHashMap<>();
        for (LayerSpec layer : config.allLayers()) {
            layers.add(DecoderLayer.of(layers.size(), layer, weights));
            RopeSpec rope = layer.attention().rope();
            if (rope != null) {
                ropes.computeIfAbsent(
                        rope, r -> new Rope(r, layer.attention().heads().size()));
            }
        }
        return new Decoder(
                spec,
                weights.apply(spec.embedding() + ".weight"),
                layers,
                RmsNorm.of(spec.norm(), weights),
                ropes,
                config.vocabulary(),
                compute);
    }

    /** How the tokens of a batch are rotated. */
    Function<RopeSpec, Rope.Rotation> rotations(Batch batch) {
        return rotations(batch.positions(), dependsOnLength() ? batch.textLengths() : new int[batch.tokenCount()]);
    }

    /**
     * How tokens at some positions are rotated.
     *
     * @param lengths of the text that each stands in
     */
    Function<RopeSpec, Rope.Rotation> rotations(int[] positions, int[] lengths) {
        Map<RopeSpec, Rope.Rotation> rotations = new LinkedHashMap<>();
        ropes.forEach((kind, rope) -> rotations.put(kind, rope.at(positions, lengths, compute)));
        return kind -> Objects.requireNonNull(rotations.get(kind));
    }

    /** Whether the rotation of a token depends on how long its text is. */
    boolean dependsOnLength() {
        return ropes.keySet().stream().anyMatch(rope -> rope.scaling().dependsOnLength());
    }

    /** Whether a token is rotated otherwise in a text of the second length than in one of the first. */
    boolean rotatesOtherwise(int length, int longer) {
        return ropes.keySet().stream()
                .anyMatch(
                        rope -> rope.scaling().regime(length) != rope.scaling().regime(longer));
    }

    /** The batch with shared prefixes computed once, unless that would give them another rotation than some of their texts have. */
    Batch sharingPrefixes(Batch batch) {
        boolean isOneKind = ropes.keySet().stream()
                .allMatch(rope -> !rope.scaling().dependsOnLength()
                        || IntStream.of(batch.textLengths())
                                        .map(rope.scaling()::regime)
                                        .distinct()
                                        .count()
                                <= 1);
        return isOneKind ? batch.sharingPrefixes() : batch;
    }

    /**
     * Computes normalised last hidden states.
     *
     * @param wanted selects the positions whose states the last layer's MLP block computes and the result holds
     */
    Tensor forward(int[] tokens, ForwardContext pass, UnaryOperator<Tensor> wanted) {
        Tensor x = pass.seen(spec.embedding(), embed(tokens, null));
        for (int i = 0; i < layers.size(); i++) {
            DecoderLayer layer = layers.get(i);
            UnaryOperator<Tensor> own = i + 1 < layers.size() ? UnaryOperator.identity() : wanted;
            Tensor before = x;
            x = Scope.returning(() -> layer.apply(before, pass, own));
        }
        return pass.seen(spec.norm().module(), finalNorm.apply(x));
    }

    /** The input of the first layer [tokens, hidden]. */
    Tensor embed(int[] tokens, @Nullable EmbeddingNoise noise) {
        requireKnown(tokens);
        return Scope.returning(() -> {
            Tensor x = embedding.value().lookUp(Tensor.of(tokens));
            Tensor first = (noise == null ? x : noise.apply(x)).to(compute);
            double factor = spec.embeddingFactor();
            return factor == 1 ? first : first.times(Tensor.full(compute, factor, 1));
        });
    }

    /** The gradient of looked up embeddings, in float32, given that of the first layer's input. */
    Tensor toEmbeddings(Tensor gradient) {
        double factor = spec.embeddingFactor();
        Tensor wide = gradient.to(DType.F32);
        return factor == 1 ? wide : wide.times(Tensor.full(compute, factor, 1).to(DType.F32));
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
