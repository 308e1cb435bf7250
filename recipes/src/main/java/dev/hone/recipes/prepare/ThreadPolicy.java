package dev.hone.recipes.prepare;
import dev.hone.recipes.settings.Count;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.tensor.Engine;

/**
 * How a machine's cores are used. What trains computes a micro-batch on each core, with one thread in each operation: nobody
 * waits for anybody before the step's end. Only where every weight of a large model is trained do the threads work inside
 * operations, because each worker has a gradient of its own.
 */
public final class ThreadPolicy {
    /** Below this an operation is too small to be worth several threads. */
    private static final long SMALL_MODEL = 50_000_000;

    private ThreadPolicy() {}

    /** Gives one model's operations what suits them, where nothing is done side by side. */
    public static void forOne(ModelConfig model) {
        Engine.useThreads(isSmall(model) ? 1 : all());
    }

    /** Gives the operations of each worker its share of the cores. */
    static void forWorkers(int workers, ModelConfig model) {
        Engine.useThreads(isSmall(model) ? 1 : Math.max(1, all() / workers));
    }

    /** How many micro-batches a run computes side by side. */
    public static int workers(RunFile file) {
        Count asked = file.training().execution().workers();
        if (!asked.isAuto()) {
            return asked.value();
        }
        ModelConfig model = Checkpoint.anyConfigOf(file.model());
        return isSmall(model) || file.adapter() != null ? all() : 1;
    }

    /** Whether its products are large enough to be worth more than their mere computation. */
    public static boolean hasLargeProducts(ModelConfig model) {
        return !isSmall(model);
    }

    private static boolean isSmall(ModelConfig model) {
        return model.parameterCount() < SMALL_MODEL;
    }

    private static int all() {
        return Runtime.getRuntime().availableProcessors();
    }
}
