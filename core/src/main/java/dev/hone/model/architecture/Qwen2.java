package dev.hone.model.architecture;

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
    public boolean hasBias(Projection projection, ModelConfig config) {
        return switch (projection) {
            case QUERY, KEY, VALUE -> true;
            case OUTPUT, GATE, UP, DOWN -> false;
        };
    }

    @Override
    public Optional<String> obstacle(ModelConfig config) {
        return config.source().path("use_sliding_window").asBoolean(false)
                ? Optional.of("use_sliding_window (true) is not supported yet; set it to false if the context allows")
                : Optional.empty();
    }
}
