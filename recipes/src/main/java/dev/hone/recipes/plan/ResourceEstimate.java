package dev.hone.recipes.plan;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.ThreadPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.tensor.DType;
import dev.hone.train.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run needs of the machine, computed from its file, its model's shape and its rows, before any weights are loaded.
 *
 * @param memory what its parts take
 * @param survey the sizes of its steps
 * @param measured the sizes of the batches that are only measured
 */
public record ResourceEstimate(
        RunFile file, RunDatasets rows, MemoryModel memory, StepSizes survey, List<BatchSize> measured) {
    /** Micro-batches are not made smaller than this by {@code rows-per-batch: auto}. */
    private static final int FEWEST_TOKENS = 64;

    /** Of the memory that is there, {@code rows-per-batch: auto} plans with this: a prediction may be wrong by 15 %. */
    private static final double PLANNED = 0.87;

    static ResourceEstimate of(RunFile file, TokenizerAndTemplate language, RunDatasets rows) {
        return of(file, rows, memory(file, file.method().start().shape(file.model(), language.tokenizer()), rows));
    }

    private static ResourceEstimate of(RunFile file, RunDatasets rows, MemoryModel memory) {
        List<BatchSize> measured =
                new ArrayList<>(StepSizes.loads(rows.heldOut(file).batches()));
        measured.addAll(StepSizes.loads(rows.heldOutReplay(file).batches()));
        return new ResourceEstimate(file, rows, memory, StepSizes.of(rows.loader(file)), measured);
    }

    private static MemoryModel memory(RunFile file, ModelConfig shape, RunDatasets rows) {
        TrainingSettings training = file.training();
        DType compute = training.execution().compute().type();
        return new MemoryModel(
                shape,
                adapter(file, shape),
                compute,
                training.hyperparameters().optimizer().kind() == Optimizer.OptimizerType.MUON
                        ? MemoryModel.Update.MUON
                        : MemoryModel.Update.ADAMW,
                ThreadPolicy.workers(file),
                training.execution().recompute(),
                file.method().frozenBytes(shape, compute, file.adapter()),
                rows.bytes() + file.method().annotationBytes(rows.own().training()),
                JavaMemory.shortLived() + file.method().start().largestInitialisation(shape));
    }

    private static @Nullable AdapterConfig adapter(RunFile file, ModelConfig shape) {
        AdapterSettings adapter = file.adapter();
        if (adapter instanceof AdapterSettings.Saved saved) {
            return (shape.output() == Output.SCORE
                            ? AdapterFiles.readReward(saved.path(), shape)
                            : AdapterFiles.read(saved.path(), shape))
                    .config();
        }
        return adapter instanceof AdapterSettings.Lora lora ? lora.shape() : null;
    }

    /** Rows whose lengths are looked at where finding all of them would take long. */
    private static final int LOOKED_AT = 2000;

    /** Epochs that some steps make. */
    double epochs(long steps) {
        return (double) steps / rows.stepsOfEpoch(file);
    }

    StepDemand demand() {
        Dataset training = rows.own().training();
        long lengths = IntStream.range(
                        0, training.isCounted() ? training.count() : Math.min(LOOKED_AT, training.count()))
                .map(training::length)
                .distinct()
                .count();
        StepDemand demand = survey.demand(memory, measured, lengths).with(decoding());
        return file.method().readsRowsFirst()
                ? demand.afterReading(training, file.training().batch().tokensPerBatch(), lengths)
                : demand;
    }

    /** The sequences that are sampled side by side. */
    private StepDemand.Decoding decoding() {
        if (!file.kind().isSampled()) {
            return StepDemand.Decoding.NONE;
        }
        RolloutSettings rollout = file.rollout();
        int asked = file.training().batch().rowsPerStep() * rollout.steps();
        int slots = Math.min(asked, rollout.slots() * memory.workers());
        Dataset prompts = rows.own().training();
        int longest = IntStream.range(0, prompts.count())
                .map(row -> prompts.length(row) - prompts.trainedTokens(row))
                .max()
                .orElse(0);
        return new StepDemand.Decoding(slots, longest + rollout.maxCompletionTokens());
    }

    MemoryModel.Peak peak() {
        return memory.peak(demand());
    }

    boolean fit(MachineMemory machine) {
        return peak().bytes() <= machine.available();
    }

    /** The same run with at most {@code tokens} tokens in a micro-batch. */
    ResourceEstimate withTokensPerBatch(int tokens) {
        return of(file.withTokensPerBatch(tokens), rows, memory);
    }

    /**
     * The same run with micro-batches as large as the file allows and the machine can hold, where the file leaves their rows
     * open. If not even the smallest fit, they are those.
     */
    ResourceEstimate fitted(MachineMemory machine) {
        if (!file.training().batch().rowsPerBatch().isAuto()) {
            return this;
        }
        long room = (long) (machine.available() * PLANNED);
        if (peak().bytes() <= room) {
            return this;
        }
        int fits = FEWEST_TOKENS;
        int fails = file.training().batch().tokensPerBatch();
        while (fails - fits > FEWEST_TOKENS / 2) {
            int middle = (fits + fails) / 2;
            if (withTokensPerBatch(middle).peak().bytes() <= room) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        return withTokensPerBatch(Math.min(file.training().batch().tokensPerBatch(), fits));
    }

    /** Changes of the file that would make the run fit, each alone, or where none does, all together. */
    List<Remedy> remedies(MachineMemory machine) {
        return Remedy.find(
                memory, demand(), file.training().batch().rowsPerBatch().value(), machine);
    }
}
