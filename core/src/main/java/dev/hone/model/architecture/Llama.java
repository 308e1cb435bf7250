package dev.hone.model.architecture;

import static dev.hone.model.architecture.Projection.DOWN;
import static dev.hone.model.architecture.Projection.GATE;
import static dev.hone.model.architecture.Projection.KEY;
import static dev.hone.model.architecture.Projection.OUTPUT;
import static dev.hone.model.architecture.Projection.QUERY;
import static dev.hone.model.architecture.Projection.UP;
import static dev.hone.model.architecture.Projection.VALUE;

import java.util.List;

/** Llama 2 and 3 (Touvron et al., 2023): no biases unless the configuration asks for them. */
record Llama() implements Architecture {
    @Override
    public String modelType() {
        return "llama";
    }

    @Override
    public String className() {
        return "LlamaForCausalLM";
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LayerSpec layer = LayerSpec.PRE_NORM;
        layer = config.attention().biased() ? layer.withBiases(List.of(QUERY, KEY, VALUE, OUTPUT)) : layer;
        return config.shape().mlpBiased() ? layer.withBiases(List.of(GATE, UP, DOWN)) : layer;
    }

    @Override
    public List<String> ownKeys() {
        return List.of("attention_bias", "mlp_bias");
    }
}
