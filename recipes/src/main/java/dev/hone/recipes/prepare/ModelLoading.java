package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;

/** Opens models that recipes use and do not train: with threads that suit their size, and warnings to the run's observer. */
public final class ModelLoading {
    private ModelLoading() {}

    /**
     * Opens a checkpoint and the adapter on it.
     *
     * @param template a template's name or {@code auto}, as in {@link LoadedModel#open}
     */
    public static LoadedModel open(ModelPaths paths, ComputeChoice compute, String template, RunObserver observer) {
        Checkpoint checkpoint = Checkpoint.open(paths.model());
        ThreadPolicy.forOne(checkpoint.config());
        return LoadedModel.open(checkpoint, paths.adapter(), compute, template, observer::say);
    }
}
