package dev.hone.recipes.plan;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;

/** The number of an adapter's weights: rank · (in + out) for each matrix it changes, and a head that scores texts. */
final class AdapterSize {
    private AdapterSize() {}

    static long of(ModelConfig model, AdapterConfig adapter) {
        long changes = ParameterSpec.of(model).stream()
                .filter(spec -> spec.shape().length == 2 && spec.name().contains(".layers."))
                .filter(spec ->
                        adapter.covers(spec.name().substring(0, spec.name().lastIndexOf('.'))))
                .mapToLong(spec -> adapter.rank() * (spec.shape()[0] + spec.shape()[1]))
                .sum();
        return changes + (model.output() == Output.SCORE ? model.hidden() : 0);
    }
}
