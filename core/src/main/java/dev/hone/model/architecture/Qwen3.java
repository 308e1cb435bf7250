package dev.hone.model.architecture;

import static dev.hone.model.architecture.Projection.KEY;
import static dev.hone.model.architecture.Projection.OUTPUT;
import static dev.hone.model.architecture.Projection.QUERY;
import static dev.hone.model.architecture.Projection.VALUE;

import java.util.List;
import java.util.Optional;

/** Qwen3 (Yang et al., 2025): queries and keys are normalised head by head; no biases unless the configuration asks for them. */
record Qwen3() implements Architecture {
    @Override
    public String modelType() {
        return "qwen3";
    }

    @Override
    public String className() {
        return "Qwen3ForCausalLM";
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LayerSpec layer = LayerSpec.PRE_NORM.withHeadNorms();
        return config.attention().biased() ? layer.withBiases(List.of(QUERY, KEY, VALUE, OUTPUT)) : layer;
    }

    @Override
    public List<String> ownKeys() {
        return List.of("attention_bias");
    }

    @Override
    public Optional<String> obstacle(ModelConfig config) {
        return Qwen2.slidingWindowObstacle(config);
    }
}
