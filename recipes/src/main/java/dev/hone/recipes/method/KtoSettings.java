package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.data.dataset.UnpairedDataset;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.ApoZeroUnpaired;
import dev.hone.objective.Kto;
import dev.hone.objective.Objective;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.UnpairedData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import org.jspecify.annotations.Nullable;

/** Kahneman-Tversky optimisation; see {@link Kto} and {@link ApoZeroUnpaired}. */
@Kind("kto")
public record KtoSettings(
        @Default("kto") KtoLoss loss,
        @Flattened Kto kto,
        @Flattened ReferenceSettings comparison) implements Method {
    /** The loss of an unpaired answer. */
    public enum KtoLoss {
        KTO,
        APO_ZERO_UNPAIRED
    }

    @Override
    public DataKind data() {
        return new UnpairedData(
                loss == KtoLoss.KTO ? UnpairedDataset.Companion.FOREIGN_ANSWER : UnpairedDataset.Companion.NOTHING);
    }

    private Objective objective() {
        return switch (loss) {
            case KTO -> kto;
            case APO_ZERO_UNPAIRED -> new ApoZeroUnpaired(kto.beta(), kto.desirableWeight(), kto.undesirableWeight());
        };
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        return run.compare(objective(), rows, comparison);
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
