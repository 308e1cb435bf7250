package dev.hone.checkpoint;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.architecture.Projection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The modules of a model that an adapter may change: the linear maps of its layers, never the embedding or the head. */
final class LinearMaps {
    private LinearMaps() {}

    /** Weight by module name, for example {@code model.layers.0.self_attn.q_proj}; shapes are [out, in]. */
    static Map<String, ParameterSpec> of(ModelConfig model) {
        Map<String, ParameterSpec> specs = new LinkedHashMap<>();
        ParameterSpec.of(model).forEach(spec -> specs.put(spec.name(), spec));
        Map<String, ParameterSpec> linears = new LinkedHashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            for (Projection projection : Projection.values()) {
                String module = projection.in(layer);
                ParameterSpec spec = specs.get(module + ".weight");
                if (spec != null) {
                    linears.put(module, spec);
                }
            }
        }
        return linears;
    }
}
