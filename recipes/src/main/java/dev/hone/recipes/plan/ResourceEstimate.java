package dev.hone.recipes.plan;
import dev.hone.train.Optimizer;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.ReferenceTime;
import dev.hone.recipes.prepare.ThreadPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.prepare.TrainingData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run needs of the machine, told from its file, its model's shape and its rows, before any weights are loaded.
 *
 * @param memory what its parts take
 * @param survey the sizes of its steps
 * @param measured the sizes of the batches that are only measured
 */
public record ResourceEstimate(
        RunFile file, TrainingData.RunDatasets rows, MemoryModel memory, StepSizes survey, List<BatchSize> measured) {
    /** Micro-batches are not made smaller than this by {@code rows-per-batch: auto}. */
    private static final int FEWEST_TOKENS = 64;

    /** Of the memory that is there, {@code rows-per-batch: auto} plans with this: a prediction may be wrong by 15 %. */
    private static final double PLANNED = 0.87;

    static ResourceEstimate of(RunFile file, TokenizerAndTemplate language, TrainingData.RunDatasets rows) {
        return of(file, rows, memory(file, shape(file, language), rows));
    }

    private static ResourceEstimate of(RunFile file, TrainingData.RunDatasets rows, MemoryModel memory) {
        List<BatchSize> measured = new ArrayList<>(StepSizes.loads(rows.heldOut(file)));
        measured.addAll(StepSizes.loads(rows.heldOutReplay(file)));
        return new ResourceEstimate(file, rows, memory, StepSizes.of(rows.course(file)), measured);
    }

    private static ModelConfig shape(RunFile file, TokenizerAndTemplate language) {
        if (file.method().startsBlank()) {
            return Checkpoint.configOf(file.model());
        }
        ModelConfig shape = Checkpoint.openAny(file.model()).config();
        return file.method().scoresTexts()
                ? shape.scoring(ScorePadding.of(language.tokenizer()).id())
                : shape;
    }

    private static MemoryModel memory(RunFile file, ModelConfig shape, TrainingData.RunDatasets rows) {
        TrainingSettings training = file.training();
        DType compute = training.execution().compute().type();
        long largest = file.method().startsBlank() ? 4L * shape.vocabulary() * shape.hidden() : 0;
        return new MemoryModel(
                shape,
                adapter(file, shape),
                compute,
                training.hyperparameters().optimizer().kind() == Optimizer.Kind.MUON
                        ? MemoryModel.Update.MUON
                        : MemoryModel.Update.ADAMW,
                ThreadPolicy.workers(file),
                training.execution().recompute(),
                copies(file, shape, compute),
                rows.bytes() + teacherBytes(file, rows),
                JavaMemory.shortLived() + largest);
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

    /** Weights that are there beside the model's own. */
    private static long copies(RunFile file, ModelConfig shape, DType compute) {
        if (file.method() instanceof DistillSettings distill) {
            return Checkpoint.configOf(distill.teacher()).parameterCount() * compute.bytes();
        }
        boolean copied = file.method().hasReference() && file.method().reference() == ReferenceTime.ON_THE_FLY;
        if (!copied || file.adapter() != null) {
            return 0;
        }
        DType held = file.method().synchronise() == null ? compute : DType.F32;
        return shape.parameterCount() * held.bytes();
    }

    /** A teacher's hidden states at the learned tokens. */
    private static long teacherBytes(RunFile file, TrainingData.RunDatasets rows) {
        if (!(file.method() instanceof DistillSettings distill)) {
            return 0;
        }
        Dataset learned = rows.learned();
        long targets = 0;
        for (int row = 0; row < learned.count(); row++) {
            targets += learned.trainedTokens(row);
        }
        return 4L * targets * Checkpoint.configOf(distill.teacher()).hidden();
    }

    /** How often so many steps read the rows. */
    double epochs(long steps) {
        return (double) steps / rows.stepsOfEpoch(file);
    }

    MemoryModel.Demand demand() {
        return survey.demand(memory, measured);
    }

    MemoryModel.Peak peak() {
        return memory.peak(demand());
    }

    boolean fit(MachineMemory machine) {
        return peak().bytes() <= machine.available();
    }

    /** The same run with micro-batches of at most so many tokens. */
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
        return Remedy.find(memory, demand(), file.training().batch().rowsPerBatch().value(), machine);
    }
}
