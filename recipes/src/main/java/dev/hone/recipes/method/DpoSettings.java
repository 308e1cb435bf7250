package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.Dpo;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import org.jspecify.annotations.Nullable;

/** Direct preference optimisation; see {@link Dpo}. */
@Kind("dpo")
public record DpoSettings(
        @Flattened Dpo objective, @Flattened ReferenceSettings comparison) implements PairMethod {
    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        return run.compare(objective, rows, comparison);
    }

    @Override
    public long frozenBytes(ModelConfig policy, DType compute, @Nullable AdapterSettings adapter) {
        return comparison.copiedBytes(policy, compute, adapter);
    }

    @Override
    public boolean readsRowsFirst() {
        return comparison.isPrecomputed();
    }

    @Override
    public int frozenPasses() {
        return 1;
    }
}
