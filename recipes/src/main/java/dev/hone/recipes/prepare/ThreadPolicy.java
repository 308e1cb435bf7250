package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.generate.ComputeChoice;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.Count;
import dev.hone.tensor.Engine;

/**
 * How a process uses its machine's cores. Training computes a micro-batch on each core, with one thread in each operation: no worker
 * waits for another before the step's end. Only where every weight of a large model is trained do the threads work inside
 * operations, because each worker has a gradient of its own.
 */
public final class ThreadPolicy {
    private ThreadPolicy() {}

    /** Sets the threads of each operation for one model that is used alone. */
    public static void forOne(ModelConfig model) {
        Engine.useThreads(isSmall(model) ? 1 : all());
    }

    /** Sets the threads of each operation to a worker's share of the cores. */
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

    /** Whether its operations are too small to be worth several threads. */
    private static boolean isSmall(ModelConfig model) {
        return !ComputeChoice.hasLargeProducts(model);
    }

    private static int all() {
        return Runtime.getRuntime().availableProcessors();
    }
}
