package dev.hone.model.architecture;

import java.util.Optional;

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
    public boolean hasBias(Projection projection, ModelConfig config) {
        return switch (projection) {
            case QUERY, KEY, VALUE, OUTPUT -> config.attentionBias();
            case GATE, UP, DOWN -> config.mlpBias();
        };
    }

    @Override
    public Optional<String> obstacle(ModelConfig config) {
        return Optional.empty();
    }
}
