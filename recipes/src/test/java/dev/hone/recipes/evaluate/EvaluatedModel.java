package dev.hone.recipes.evaluate;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A tiny model with random weights in a folder, whose tokenizer has learned 40 merges from two sentences. */
public final class EvaluatedModel {
    private EvaluatedModel() {}

    public static ModelPaths in(Path folder) throws IOException {
        TinyTokenizers.learned(folder, 40, List.of("The cat sat on the mat. The dog ate the bone. 고양이가 앉았다."))
                .close();
        CheckpointWriter.write(folder, TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        return new ModelPaths(folder, null);
    }

    public static LoadedModel open(ModelPaths model) {
        return LoadedModel.open(model.model(), null, ComputeChoice.of(DType.F32), "auto", line -> {});
    }

    /** Asks to stop once it was asked so many times. */
    public static RunObserver stoppingAfter(int questions) {
        RunObserver none = RunObserver.none();
        return new RunObserver() {
            private int asked;

            @Override
            public void say(String line) {}

            @Override
            public Work begin(String label, String unit, long total, long from) {
                return none.begin(label, unit, total, from);
            }

            @Override
            public boolean getAsBoolean() {
                return ++asked > questions;
            }
        };
    }
}
