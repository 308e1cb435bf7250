package dev.hone.testkit;

import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.architecture.RopeScaling;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.List;

/**
 * Tiny models whose weights are a formula, so that the numbers transformers gave for them can be asked of ours: with names
 * sorted, element i of tensor t is {@code 0.1 · sin(0.37 i + 1.3 t + 0.5)}, plus one for norms.
 */
public final class GoldenModels {
    /** The row all golden numbers are about. */
    public static final int[] ROW = {1, 5, 9, 13, 17, 21, 25, 29};

    private GoldenModels() {}

    /** Llama, untied. */
    public static ModelConfig a() {
        return config("llama", 1e-5, 1e4, RopeScaling.NONE, false);
    }

    /** Llama, tied, with Llama 3's rotary scaling. */
    public static ModelConfig b() {
        return config("llama", 1e-5, 1e4, new RopeScaling(RopeScaling.RopeScalingType.LLAMA3, 8, 1, 4, 32), true);
    }

    /** Qwen2, tied. */
    public static ModelConfig c() {
        return config("qwen2", 1e-6, 1e6, RopeScaling.NONE, true);
    }

    /** Qwen3, tied, with heads of eight. */
    public static ModelConfig d() {
        return config("qwen3", 1e-6, 1e6, RopeScaling.NONE, true)
                .withAttention(new ModelConfig.AttentionShape(4, 2, 8));
    }

    /** Mistral: Llama of {@link #a} with a window of four. */
    public static ModelConfig e() {
        ModelConfig mistral = config("mistral", 1e-5, 1e4, RopeScaling.NONE, false);
        return mistral.withAttention(mistral.attention().withWindow(4));
    }

    /** All of them. */
    public static List<ModelConfig> families() {
        return List.of(a(), b(), c(), d(), e());
    }

    private static ModelConfig config(String family, double epsilon, double theta, RopeScaling scaling, boolean tied) {
        return ModelConfig.of(
                Architecture.named(family).orElseThrow(),
                new ModelConfig.Shape(32, 16, 24, 2, 64, epsilon, tied, false),
                new ModelConfig.AttentionShape(4, 2, 4),
                new ModelConfig.RopeConfig(theta, scaling));
    }

    public static LanguageModel frozen(ModelConfig config) {
        return new LanguageModel(config, weights(config), WeightPlacement.frozen(DType.F32));
    }

    public static LanguageModel trainable(ModelConfig config) {
        return new LanguageModel(config, weights(config), WeightPlacement.trained(DType.F32));
    }

    /** The formula, for a model's weights. */
    public static WeightSource weights(ModelConfig config) {
        List<String> sorted = ParameterSpec.of(config).stream()
                .map(ParameterSpec::name)
                .sorted()
                .toList();
        return (spec, type) -> sine(
                        sorted.indexOf(spec.name()), spec.name().endsWith("norm.weight") ? 1 : 0, spec.shape())
                .to(type);
    }

    /** The formula, put into an adapter, so that no weight is zero; vectors, as norms are in the models, around one. */
    public static Adapter filled(Adapter adapter) {
        List<Parameter> parameters = adapter.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = parameters.get(i).value();
            value.copyInPlace(sine(i, value.shape().length == 1 ? 1 : 0, value.shape()));
        }
        return adapter;
    }

    /** The model with an adapter's changes added to its weights in float32, frozen. */
    public static LanguageModel merged(ModelConfig config, Adapter adapter) {
        WeightSource base = weights(config);
        return new LanguageModel(
                config,
                (spec, type) -> {
                    ModuleDelta delta = adapter.at(spec.name().replaceAll("\\.weight$", ""));
                    Tensor weight = base.weight(spec, type);
                    return delta == null ? weight : weight.plus(delta.delta(weight));
                },
                WeightPlacement.frozen(DType.F32));
    }

    /** A tensor of the formula. */
    public static Tensor sine(int index, double plus, long... shape) {
        int count = 1;
        for (long extent : shape) {
            count *= (int) extent;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.1 * Math.sin(0.37 * i + 1.3 * index + 0.5) + plus);
        }
        return Tensor.of(values, shape);
    }
}
