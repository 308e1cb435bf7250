package dev.hone.recipes;

import dev.hone.model.ModelConfig;
import dev.hone.tensor.Engine;

/**
 * How a machine's cores are used: several threads inside one operation pay for large products only. For a small model each
 * operation gets one thread, and whoever has several things to compute does them side by side.
 */
final class Cores {
    /** Below this an operation is too small to be worth several threads. */
    private static final long SMALL_MODEL = 50_000_000;

    private Cores() {}

    /** Gives one model's operations what suits them, where nothing is done side by side. */
    static void forOne(ModelConfig model) {
        Engine.useThreads(isSmall(model) ? 1 : all());
    }

    /** Decides how many micro-batches are computed side by side, and gives their operations the rest of the cores. */
    static int sideBySide(ModelConfig model, TrainingSettings.Count asked) {
        int workers = workers(model, asked);
        Engine.useThreads(isSmall(model) ? 1 : Math.max(1, all() / workers));
        return workers;
    }

    /** How many micro-batches are computed side by side. */
    static int workers(ModelConfig model, TrainingSettings.Count asked) {
        return asked.isAuto() ? (isSmall(model) ? all() : 1) : asked.value();
    }

    private static boolean isSmall(ModelConfig model) {
        return model.parameterCount() < SMALL_MODEL;
    }

    private static int all() {
        return Runtime.getRuntime().availableProcessors();
    }
}
