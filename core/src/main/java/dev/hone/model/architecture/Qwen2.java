package dev.hone.model.architecture;

import static dev.hone.model.architecture.Projection.KEY;
import static dev.hone.model.architecture.Projection.QUERY;
import static dev.hone.model.architecture.Projection.VALUE;

import java.util.List;
import java.util.Optional;

/** Qwen2 and Qwen2.5 (Yang et al., 2024): biases on queries, keys and values, nowhere else. */
record Qwen2() implements Architecture {
    @Override
    public String modelType() {
        return "qwen2";
    }

    @Override
    public String className() {
        return "Qwen2ForCausalLM";
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        return LayerSpec.PRE_NORM.withBiases(List.of(QUERY, KEY, VALUE));
    }

    @Override
    public Optional<String> obstacle(ModelConfig config) {
        return slidingWindowObstacle(config);
    }

    static Optional<String> slidingWindowObstacle(ModelConfig config) {
        return config.source().keys().path("use_sliding_window").asBoolean(false)
                ? Optional.of("use_sliding_window (true) is not supported yet; set it to false if the context allows")
                : Optional.empty();
    }
}
