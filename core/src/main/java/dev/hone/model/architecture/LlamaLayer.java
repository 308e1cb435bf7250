package dev.hone.model.architecture;

import dev.hone.model.layer.Activation;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.AttentionSpec.HeadShape;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LinearSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.NormSpec;
import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.layer.RopeSpec.PairLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a model as Llama has it, part by part under Llama's names; a family takes the parts and changes what it has otherwise.
 *
 * @param path the full dotted name of the layer
 */
public record LlamaLayer(ModelConfig config, String path) {
    public LlamaLayer(ModelConfig config, int index) {
        this(config, "model.layers." + index);
    }

    /** The same under another name. */
    public LlamaLayer at(String otherPath) {
        return new LlamaLayer(config, otherPath);
    }

    /** Norms before both parts. */
    public LayerSpec preNorm(AttentionSpec attention, GatedSpec gated) {
        return spec(NormForm.NARROW, "input_layernorm", null, "post_attention_layernorm", null, attention, gated);
    }

    /** Norms after both parts, under OLMo 2's names. */
    public LayerSpec postNorm(NormForm form, AttentionSpec attention, GatedSpec gated) {
        return spec(form, null, "post_attention_layernorm", null, "post_feedforward_layernorm", attention, gated);
    }

    /** Norms before and after both parts, under Gemma's names. */
    public LayerSpec sandwich(NormForm form, AttentionSpec attention, GatedSpec gated) {
        return spec(
                form,
                "input_layernorm",
                "post_attention_layernorm",
                "pre_feedforward_layernorm",
                "post_feedforward_layernorm",
                attention,
                gated);
    }

    /** Any placement of norms, by their names; null: none. */
    public LayerSpec spec(
            NormForm form,
            @Nullable String beforeAttention,
            @Nullable String afterAttention,
            @Nullable String beforeGated,
            @Nullable String afterGated,
            AttentionSpec attention,
            GatedSpec gated) {
        return new LayerSpec(
                path,
                new ResidualSpec(hidden(form, beforeAttention), hidden(form, afterAttention), 1),
                attention,
                new ResidualSpec(hidden(form, beforeGated), hidden(form, afterGated), 1),
                gated);
    }

    private @Nullable NormSpec hidden(NormForm form, @Nullable String name) {
        return name == null ? null : norm(name, config.hidden(), form);
    }

    /** A norm of this layer. */
    public NormSpec norm(String name, int width, NormForm form) {
        return new NormSpec(path + "." + name, width, form, config.shape().normEpsilon());
    }

    /** Full attention with the model's rotation. */
    public AttentionSpec attention() {
        return attention("self_attn.", "o_proj");
    }

    /** The same under another name, with another name for its last map. */
    public AttentionSpec attention(String module, String output) {
        ModelConfig.AttentionShape a = config.attention();
        return new AttentionSpec(
                new HeadShape(a.heads(), a.keyValueHeads(), a.headSize()),
                List.of(
                        linear(module + "q_proj", config.hidden(), a.queryWidth()),
                        linear(module + "k_proj", config.hidden(), a.keyWidth()),
                        linear(module + "v_proj", config.hidden(), a.keyWidth())),
                linear(module + output, a.queryWidth(), config.hidden()),
                null,
                null,
                config.rope().of(a.headSize(), PairLayout.HALVES),
                AttentionForm.of(AttentionForm.UNBOUNDED, a.headSize()));
    }

    /** The same with biases on all maps where the configuration asks for them. */
    public AttentionSpec biasedAttention() {
        return config.attention().biased() ? attention().withBiases() : attention();
    }

    /** Norms over each head's queries and keys. */
    public AttentionSpec withHeadNorms(AttentionSpec attention, NormForm form) {
        int size = config.attention().headSize();
        return attention.withNorms(norm("self_attn.q_norm", size, form), norm("self_attn.k_norm", size, form));
    }

    /** Norms over all queries together, and over all keys. */
    public AttentionSpec withWholeNorms(AttentionSpec attention, NormForm form) {
        return attention.withNorms(
                norm("self_attn.q_norm", config.attention().queryWidth(), form),
                norm("self_attn.k_norm", config.attention().keyWidth(), form));
    }

    /** An MLP with a gate, and biases where the configuration asks for them. */
    public GatedSpec gated() {
        int inner = config.shape().intermediate();
        return gated(
                List.of(linear("mlp.gate_proj", config.hidden(), inner), linear("mlp.up_proj", config.hidden(), inner)),
                linear("mlp.down_proj", inner, config.hidden()));
    }

    /** The same of other maps. */
    public GatedSpec gated(List<LinearSpec> inputs, LinearSpec down) {
        GatedSpec gated = new GatedSpec(inputs, down, activation());
        return config.shape().mlpBiased() ? gated.withBiases() : gated;
    }

    /** The same with one map for gate and up. */
    public GatedSpec fusedGated() {
        int inner = config.shape().intermediate();
        return gated(
                List.of(linear("mlp.gate_up_proj", config.hidden(), 2 * inner)),
                linear("mlp.down_proj", inner, config.hidden()));
    }

    /** A linear map of this layer. */
    public LinearSpec linear(String name, int inputs, int outputs) {
        return new LinearSpec(path + "." + name, inputs, outputs);
    }

    private Activation activation() {
        return Activation.named(config.keys().text("hidden_act", Activation.SILU.key()))
                .orElseThrow(() -> new IllegalArgumentException(
                        config.architecture().keys().spelt("hidden_act") + " ("
                                + config.keys().text("hidden_act", "") + ") is not one that is computed; computed are "
                                + Arrays.stream(Activation.values())
                                        .map(Activation::key)
                                        .collect(Collectors.joining(", "))));
    }

    /** What stands around Llama's layers. */
    static DecoderSpec decoder(ModelConfig config, NormForm form) {
        return new DecoderSpec(
                "model",
                "model.embed_tokens",
                1,
                new NormSpec("model.norm", config.hidden(), form, config.shape().normEpsilon()),
                LogitForm.PLAIN);
    }
}
