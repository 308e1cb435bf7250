package dev.hone.recipes;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.data.Examples;
import dev.hone.model.AdapterConfig;
import dev.hone.model.ModelConfig;
import dev.hone.model.Output;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.ReferenceTime;
import dev.hone.recipes.plan.JavaMemory;
import dev.hone.recipes.plan.Load;
import dev.hone.recipes.plan.MachineMemory;
import dev.hone.recipes.plan.MemoryModel;
import dev.hone.recipes.plan.Remedy;
import dev.hone.recipes.plan.Survey;
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
record Needs(RunFile file, Lesson.Rows rows, MemoryModel memory, Survey survey, List<Load> measured) {
    /** Micro-batches are not made smaller than this by {@code rows-per-batch: auto}. */
    private static final int FEWEST_TOKENS = 64;

    /** Of the memory that is there, {@code rows-per-batch: auto} plans with this: a prediction may be wrong by 15 %. */
    private static final double PLANNED = 0.87;

    static Needs of(RunFile file, Language language, Lesson.Rows rows) {
        return of(file, rows, memory(file, shape(file, language), rows));
    }

    private static Needs of(RunFile file, Lesson.Rows rows, MemoryModel memory) {
        List<Load> measured = new ArrayList<>(Survey.loads(rows.heldOut(file)));
        measured.addAll(Survey.loads(rows.heldOutReplay(file)));
        return new Needs(file, rows, memory, Survey.of(rows.course(file)), measured);
    }

    private static ModelConfig shape(RunFile file, Language language) {
        if (file.method().startsBlank()) {
            return Checkpoint.configOf(file.model());
        }
        ModelConfig shape = Checkpoint.openAny(file.model()).config();
        return file.method().scoresTexts()
                ? shape.scoring(ScorePadding.of(language.tokenizer()).id())
                : shape;
    }

    private static MemoryModel memory(RunFile file, ModelConfig shape, Lesson.Rows rows) {
        TrainingSettings training = file.training();
        DType compute = training.compute().type();
        long largest = file.method().startsBlank() ? 4L * shape.vocabulary() * shape.hidden() : 0;
        return new MemoryModel(
                shape,
                adapter(file, shape),
                compute,
                training.optimizer().kind() == TrainingSettings.OptimizerSettings.Kind.MUON
                        ? MemoryModel.Update.MUON
                        : MemoryModel.Update.ADAMW,
                Cores.workers(file),
                training.recompute(),
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
    private static long teacherBytes(RunFile file, Lesson.Rows rows) {
        if (!(file.method() instanceof DistillSettings distill)) {
            return 0;
        }
        Examples learned = rows.learned();
        long targets = 0;
        for (int row = 0; row < learned.count(); row++) {
            targets += learned.learned(row);
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
    Needs withTokensPerBatch(int tokens) {
        return of(file.withTokensPerBatch(tokens), rows, memory);
    }

    /**
     * The same run with micro-batches as large as the file allows and the machine can hold, where the file leaves their rows
     * open. If not even the smallest fit, they are those.
     */
    Needs fitted(MachineMemory machine) {
        if (!file.training().rowsPerBatch().isAuto()) {
            return this;
        }
        long room = (long) (machine.available() * PLANNED);
        if (peak().bytes() <= room) {
            return this;
        }
        int fits = FEWEST_TOKENS;
        int fails = file.training().tokensPerBatch();
        while (fails - fits > FEWEST_TOKENS / 2) {
            int middle = (fits + fails) / 2;
            if (withTokensPerBatch(middle).peak().bytes() <= room) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        return withTokensPerBatch(Math.min(file.training().tokensPerBatch(), fits));
    }

    /** Changes of the file that would make the run fit, each alone, or where none does, all together. */
    List<Remedy> remedies(MachineMemory machine) {
        return Remedy.find(memory, demand(), file.training().rowsPerBatch().value(), machine);
    }
}
