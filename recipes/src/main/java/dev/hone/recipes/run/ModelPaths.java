package dev.hone.recipes.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a model stands on disk.
 *
 * @param model folder of a checkpoint
 * @param adapter folder of an adapter on it; null: none
 */
public record ModelPaths(Path model, @Nullable Path adapter) {}
