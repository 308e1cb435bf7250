package dev.hone.junit;

import dev.hone.error.CheckpointException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is tested: a base model and what was made of it, an adapter or a checkpoint of its own. Immutable.
 *
 * @param adapter null where {@code tuned} is given
 * @param tuned null where {@code adapter} is given
 * @param cache folder of the base's answers
 */
record Subject(Path base, @Nullable Path adapter, @Nullable Path tuned, String template, DType compute, Path cache) {
    Subject {
        if ((adapter == null) == (tuned == null)) {
            throw new IllegalArgumentException("a model under test is either an adapter on " + base
                    + " or a checkpoint of its own (tuned); name one of them");
        }
    }

    /** The folder that holds what was trained. */
    Path product() {
        Path checkpoint = tuned;
        return adapter != null ? adapter : checkpoint != null ? checkpoint : base;
    }

    ModelPaths paths() {
        return tuned == null ? new ModelPaths(base, adapter) : new ModelPaths(tuned, null);
    }

    /** Opens the model that is tested. */
    LoadedModel open(Consumer<String> warnings) {
        return open(paths(), warnings);
    }

    /** Opens the base alone. */
    LoadedModel openBase(Consumer<String> warnings) {
        return open(new ModelPaths(base, null), warnings);
    }

    /** Opens the base with the adapter in another folder. */
    LoadedModel openWith(Path otherAdapter, Consumer<String> warnings) {
        return open(new ModelPaths(base, otherAdapter), warnings);
    }

    private LoadedModel open(ModelPaths paths, Consumer<String> warnings) {
        for (Path folder : new Path[] {paths.model(), paths.adapter()}) {
            if (folder != null && !Files.isDirectory(folder)) {
                throw new CheckpointException(
                        folder + ": is no folder in " + Path.of("").toAbsolutePath() + ", where the tests run");
            }
        }
        return ModelLoading.open(paths, ComputeChoice.of(compute), template, new Warned(warnings));
    }

    /** An observer that hands on what is said when a model is opened. */
    private record Warned(Consumer<String> warnings) implements RunObserver {
        @Override
        public void say(String line) {
            warnings.accept(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            return RunObserver.none().begin(label, unit, total, from);
        }

        @Override
        public boolean getAsBoolean() {
            return false;
        }
    }
}
