package dev.hone.testkit;

import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.FamilyKeys;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.layer.RopeSpec;
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
        return config("llama", 1e-5, 1e4, new RopeScaling.Llama3(8, 1, 4, 32), true);
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

    /** Gemma 2: a sandwich of norms, a window of four in the first layer, caps of 50 and 30. */
    public static ModelConfig f() {
        return family("gemma2", 1e-6, 1e4, RopeScaling.NONE, true, "{'query_pre_attn_scalar': 4}", 4);
    }

    /** Gemma 3: the same without caps, with norms of heads, and a rotation of its own in the layer without a window. */
    public static ModelConfig g() {
        String keys = "{'query_pre_attn_scalar': 4, 'layer_types': ['sliding_attention', 'full_attention']}";
        return family("gemma3_text", 1e-6, 1e6, RopeScaling.NONE, true, keys, 4);
    }

    /** All families, each in a shape in which what it has of its own takes effect. */
    public static List<ModelConfig> families() {
        return List.of(
                a(),
                b(),
                c(),
                d(),
                e(),
                f(),
                g(),
                smolLm3(),
                ministral(),
                ministral3(),
                granite(),
                hyperClovaX(),
                exaone(),
                exaone4(),
                olmo2(),
                olmo3(),
                phi3(),
                glm4());
    }

    /** The second layer does not rotate. */
    public static ModelConfig smolLm3() {
        return untied("smollm3", "{'no_rope_layers': [1, 0]}", LayerSpec.UNBOUNDED);
    }

    /** A window of three in the first layer. */
    public static ModelConfig ministral() {
        return untied("ministral", "{'layer_types': ['sliding_attention', 'full_attention']}", 3);
    }

    /** YaRN by four over a context of four, and queries that grow. */
    public static ModelConfig ministral3() {
        ModelConfig plain = untied("ministral3", "{}", LayerSpec.UNBOUNDED);
        return plain.withRope(new ModelConfig.RopeConfig(
                1e4, 1, new RopeScaling.Yarn(4, 4, 2, 0.25, true, 1), new RopeSpec.QueryGrowth(0.3, 4)));
    }

    /** All four factors. */
    public static ModelConfig granite() {
        String keys = "{'embedding_multiplier': 3, 'residual_multiplier': 0.7, 'attention_multiplier': 0.4,"
                + " 'logits_scaling': 0.6}";
        return untied("granite", keys, LayerSpec.UNBOUNDED);
    }

    /** All four factors, and norms after blocks. */
    public static ModelConfig hyperClovaX() {
        String keys = "{'embedding_multiplier': 3, 'residual_multiplier': 0.3, 'attention_multiplier': 0.3,"
                + " 'logits_scaling': 0.4}";
        return untied("hyperclovax", keys, LayerSpec.UNBOUNDED);
    }

    /** Llama under other names. */
    public static ModelConfig exaone() {
        return untied("exaone", "{'logit_scale': 0.8}", LayerSpec.UNBOUNDED);
    }

    /** A window of three in the first layer; the second does not rotate. */
    public static ModelConfig exaone4() {
        return untied("exaone4", "{'sliding_window_pattern': 2}", 3);
    }

    /** Norms after both parts. */
    public static ModelConfig olmo2() {
        return untied("olmo2", "{}", LayerSpec.UNBOUNDED);
    }

    /** A window of three in the first layer, and YaRN in the second. */
    public static ModelConfig olmo3() {
        return untied("olmo3", "{'layer_types': ['sliding_attention', 'full_attention']}", 3)
                .withRope(new ModelConfig.RopeConfig(1e4, new RopeScaling.Yarn(4, 4, 2, 0.25, true, 1.2)));
    }

    /** Three quarters of heads of eight are rotated, by another list from thirteen tokens on. */
    public static ModelConfig phi3() {
        ModelConfig plain = untied("phi3", "{}", LayerSpec.UNBOUNDED);
        RopeScaling scaling = new RopeScaling.LongRope(List.of(1.0, 1.2, 1.5), List.of(1.5, 2.5, 4.0), 12, 1.3);
        return plain.withAttention(new ModelConfig.AttentionShape(4, 2, 8))
                .withShape(new ModelConfig.Shape(32, 32, 24, 2, 64, 1e-5, false, false))
                .withRope(new ModelConfig.RopeConfig(1e4, 0.75, scaling, null));
    }

    /** Half of a head is rotated, in interleaved pairs. */
    public static ModelConfig glm4() {
        ModelConfig plain = untied("glm4", "{}", LayerSpec.UNBOUNDED);
        return plain.withAttention(plain.attention().withBiases())
                .withRope(new ModelConfig.RopeConfig(1e4, 0.5, RopeScaling.NONE, null));
    }

    private static ModelConfig untied(String family, String keys, int window) {
        return family(family, 1e-5, 1e4, RopeScaling.NONE, false, keys, window);
    }

    private static ModelConfig family(
            String family, double epsilon, double theta, RopeScaling scaling, boolean tied, String keys, int window) {
        ModelConfig plain = config(family, epsilon, theta, scaling, tied);
        return plain.withAttention(plain.attention().withWindow(window))
                .withSource(new ModelConfig.OriginalConfig(
                        "float32", FamilyKeys.of(keys).defaults()));
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
                        sorted.indexOf(spec.name()), spec.role() == ParameterSpec.Role.NORM ? 1 : 0, spec.shape())
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
