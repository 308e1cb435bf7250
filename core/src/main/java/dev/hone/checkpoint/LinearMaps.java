package dev.hone.checkpoint;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** The modules of a model that an adapter may change: the linear maps of its layers, never the embedding or the head. */
final class LinearMaps {
    private LinearMaps() {}

    /** Weight by module name, for example {@code model.layers.0.self_attn.q_proj}; shapes are [out, in]. */
    static Map<String, ParameterSpec> of(ModelConfig model) {
        Map<String, ParameterSpec> linears = new LinkedHashMap<>();
        ParameterSpec.of(model).stream()
                .filter(ParameterSpec::isLinear)
                .forEach(spec -> linears.put(spec.module(), spec));
        return linears;
    }
}
