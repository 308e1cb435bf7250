package dev.hone.recipes.plan;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.DeltaType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;

/** The number of an adapter's weights: those of its deltas, such as rank · (in + out) for each matrix under LoRA, and a head that scores texts. */
final class AdapterSize {
    private AdapterSize() {}

    static long of(ModelConfig model, AdapterConfig adapter) {
        long changes = ParameterSpec.of(model).stream()
                .filter(ParameterSpec::isLinear)
                .filter(spec -> adapter.covers(spec.module()))
                .flatMap(spec ->
                        adapter.type().deltas().parts(adapter.rank(), spec.shape()[1], spec.shape()[0]).stream())
                .mapToLong(DeltaType.Part::count)
                .sum();
        return changes + (model.output() == Output.SCORE ? model.hidden() : 0);
    }
}
