package dev.hone.testkit;

import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;

/** Models with random weights: small enough for a test, and shaped like ones that were really trained. */
public final class TinyModels {
    private TinyModels() {}

    /** The shape of stories260K: five layers, eight heads on four key heads, 512 tokens, tied. */
    public static ModelConfig stories() {
        return llama(512, 64, 172, 5, 8, 4, 512);
    }

    /** A tied Llama of any shape. */
    public static ModelConfig llama(
            int vocabulary, int hidden, int intermediate, int layers, int heads, int keyValueHeads, int maxPositions) {
        return ModelConfig.of(
                Architecture.named("llama").orElseThrow(),
                new ModelConfig.Shape(vocabulary, hidden, intermediate, layers, maxPositions, 1e-5, true, false),
                new ModelConfig.AttentionShape(heads, keyValueHeads, hidden / heads),
                new ModelConfig.RopeConfig(1e4, RopeScaling.NONE));
    }

    /** Weights that are large enough for every layer to matter. */
    public static LanguageModel trainable(ModelConfig config, long seed) {
        return new LanguageModel(config, new Initialisation(0.1, seed), WeightPlacement.trained(DType.F32));
    }

    /** The same weights, frozen. */
    public static LanguageModel frozen(ModelConfig config, long seed) {
        return new LanguageModel(config, new Initialisation(0.1, seed), WeightPlacement.frozen(DType.F32));
    }
}
